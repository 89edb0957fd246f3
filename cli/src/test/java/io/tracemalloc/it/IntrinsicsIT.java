package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.it.Expectations.Allocated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What C2 allocates by itself, in place of the byte code of a method of the JDK. */
final class IntrinsicsIT {

    private static final Subject PRODUCTS = Subject.of("known.Products");
    private static final int N = 30_000;

    @ParameterizedTest
    @CsvSource({"17, -XX:+UseG1GC", "17, -Xint", "25, -XX:+UseG1GC", "25, -Xint"})
    void productsOfLargeNumbersCount(int feature, String option) {
        Forked.Ended ended = new Forked(JavaHome.of(feature))
                .jvm(option, "-XX:-DoEscapeAnalysis")
                .traced("frames=1,live=off")
                .main(PRODUCTS, N)
                .succeed();

        Allocated arrays = new Found(ended.snapshot(), "java/math/BigInteger.java").total("int[]");
        // 124 ints and the header; the operands, and what the JDK makes beside, are few.
        assertThat(arrays.count()).isBetween((long) N, N + 2_000L);
        assertThat(arrays.bytes()).isBetween(512L * N, 512L * N + 200_000);
    }
}
