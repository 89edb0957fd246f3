package io.tracemalloc.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SwitchedSamplersTest {

    @Test
    void tellsTheMedianAndItsInterval() {
        // Of 15 values, the 4th and the 12th: they enclose the median with a probability of 96.5 %.
        assertThat(SwitchedSamplers.interval(numbers(15))).isEqualTo("    8.000   4.000.. 12.000");
        // Of 100, the 41st and the 60th, as tables have it.
        assertThat(SwitchedSamplers.interval(numbers(100))).isEqualTo("   50.500  41.000.. 60.000");
    }

    @Test
    void tellsTheExtremesOfFewValues() {
        assertThat(SwitchedSamplers.interval(List.of(3.0))).isEqualTo("    3.000   3.000..  3.000");
        assertThat(SwitchedSamplers.interval(List.of(2.0, 1.0))).isEqualTo("    1.500   1.000..  2.000");
    }

    private static List<Double> numbers(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> (double) i).toList();
    }
}
