package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.it.Expectations.Allocated;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The traced program ends as the untraced one does, says what it says, and leaves its snapshot behind. */
final class ExitStatusIT {

    private static final Subject EXITS = Subject.of("known.Exits");

    @ParameterizedTest
    @CsvSource({"17,return,0", "25,return,0", "17,exit,3", "25,exit,3", "17,throw,1", "25,throw,1"})
    void endsAsUntracedAndWritesTheSnapshot(int feature, String how, int status) {
        Forked.Ended untraced =
                new Forked(JavaHome.of(feature)).main(EXITS, how).run();

        Forked.Ended traced =
                new Forked(JavaHome.of(feature)).traced("").main(EXITS, how).run();

        assertThat(untraced.status()).isEqualTo(status);
        assertThat(traced.status()).isEqualTo(status);
        assertThat(traced.out()).isEqualTo(untraced.out());
        assertThat(traced.err().lines().filter(line -> !line.startsWith("tracemalloc: ")))
                .containsExactlyElementsOf(untraced.err().lines().toList());
        assertThousand(traced);
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void writesTheSnapshotOnSigterm(int feature) {
        Forked.Running running =
                new Forked(JavaHome.of(feature)).traced("").main(EXITS, "wait").start();
        running.awaitOutput("out:");

        running.process().destroy();

        Forked.Ended ended = running.end();
        assertThat(ended.status()).isEqualTo(143);
        assertThousand(ended);
    }

    @Test
    void writesNothingAfterHalt() {
        Forked.Ended halted =
                new Forked(JavaHome.of(17)).traced("").main(EXITS, "halt").run();

        assertThat(halted.status()).isEqualTo(4);
        assertThat(Files.exists(halted.snapshotFile())).isFalse();
    }

    private static void assertThousand(Forked.Ended ended) {
        assertThat(new Found(ended.snapshot(), EXITS.fileName()).line(EXITS.lineOf("thousand")))
                .isEqualTo(Map.of("known.Exits", new Allocated(1000, 16_000)));
    }
}
