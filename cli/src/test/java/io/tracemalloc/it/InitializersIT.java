package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hooks stand in front of the instruction that loads and initialises a class: this must go on to happen there, in the
 * program's hands and before its eyes, and neither earlier nor on behalf of a snapshot.
 */
final class InitializersIT {

    private static final Subject SUBJECT = Subject.of("known.Initializers");

    private static Stream<List<String>> variants() {
        return Stream.of("17", "25")
                .flatMap(feature -> Stream.of(
                                "frames=1,live=off",
                                "frames=1",
                                "frames=25",
                                "frames=25,live=off,backend=bytebuddy,interval=64",
                                "frames=25,backend=bytebuddy",
                                "frames=2,live=off,callers=exact")
                        .map(options -> List.of(feature, options)));
    }

    private static JavaHome home(List<String> variant) {
        return JavaHome.of(Integer.parseInt(variant.get(0)));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void mayEndTheProgram(List<String> variant) {
        Forked.Ended ended = new Forked(home(variant))
                .traced(variant.get(1))
                .main(SUBJECT, "ends")
                .run();

        assertThat(ended.out()).isEqualTo("ends\n");
        assertThat(ended.status()).isEqualTo(3);
        assertThat(ended.snapshot().traces()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("variants")
    void failAndAllocateAsWithoutTracer(List<String> variant) {
        Forked.Ended plain =
                new Forked(home(variant)).main(SUBJECT, "fails", "allocates").succeed();
        Forked.Ended traced = new Forked(home(variant))
                .traced(variant.get(1))
                .main(SUBJECT, "fails", "allocates")
                .succeed();

        assertThat(traced.out()).isEqualTo(plain.out()).contains("ExceptionInInitializerError", "NoClassDefFoundError");
        assertThat(new Found(traced.snapshot(), SUBJECT.fileName()).line(SUBJECT.lineOf("allocated")))
                .containsEntry("java.lang.Object", new Expectations.Allocated(10_000, 160_000));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void makeObjectsOfAClassThatIsNotReady(List<String> variant) {
        Forked.Ended ended = new Forked(home(variant))
                .jvm("-Dend=true")
                .traced(variant.get(1))
                .main(SUBJECT, "itself")
                .succeed();

        assertThat(new Found(ended.snapshot(), SUBJECT.fileName()).line(SUBJECT.lineOf("unready")))
                .containsEntry("known.Initializers$OfItself", new Expectations.Allocated(1_000, 32_000));
    }
}
