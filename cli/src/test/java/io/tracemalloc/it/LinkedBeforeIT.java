package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.it.Expectations.Allocated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The JDK resolves its modules by streams before an agent is loaded: the hidden classes of the constructor references that
 * it uses there exist already, and nobody can change them.
 */
final class LinkedBeforeIT {

    private static final Subject SUBJECT = Subject.of("known.LinkedBefore");

    @ParameterizedTest
    @CsvSource({"17, -Xshare:auto", "17, -Xshare:off", "25, -Xshare:auto", "25, -Xshare:off"})
    void constructorReferencesCount(int feature, String sharing) {
        Forked.Ended ended = new Forked(JavaHome.of(feature))
                .jvm(sharing)
                .traced("frames=1,live=off")
                .main(SUBJECT)
                .succeed();

        Found found = new Found(ended.snapshot(), "");
        // The JDK itself makes few before; each leaf of a parallel stream makes one.
        Allocated sinks = found.total("java.util.stream.FindOps$FindSink$OfRef");
        assertThat(sinks.count()).isBetween(20_000L, 30_100L);
        assertThat(sinks.bytes()).isEqualTo(24 * sinks.count());
        Allocated sets = found.total("java.util.HashSet");
        assertThat(sets.count()).isBetween(10_000L, 10_100L);
        assertThat(sets.bytes()).isEqualTo(16 * sets.count());
    }
}
