package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The native backend under everything at once: no crash, no lost count. {@code -Dtracemalloc.it.stressSeconds=600} makes
 * it ten minutes for each JVM.
 */
final class NativeStressIT {

    private static final int SECONDS = Integer.getInteger("tracemalloc.it.stressSeconds", 5);

    private static final Subject STRESS = Subject.of("known.Stress", Subject.API);

    private static Stream<List<String>> variants() {
        return Stream.of(
                List.of("17", "-XX:+UseG1GC"),
                List.of("17", "-XX:+UseZGC"),
                List.of("25", "-XX:+UseG1GC"),
                List.of("25", "-XX:+UseShenandoahGC"));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void neitherCrashesNorLosesCount(List<String> variant) {
        Forked.Ended ended = new Forked(JavaHome.of(Integer.parseInt(variant.get(0))))
                .jvm(variant.get(1))
                .agent("0")
                .with(Subject.API)
                .main(STRESS, SECONDS)
                .run();

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).matches("threads [1-9]\\d+ classes [1-9]\\d+ sessions [1-9]\\d*\n");
        assertThat(ended.status()).isZero();
    }
}
