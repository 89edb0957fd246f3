package io.tracemalloc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DivisionTest {

    @Test
    void partsAddUpToTheTotal() {
        assertThat(divide(10, 1, 1, 1, 1)).containsExactly(3, 4, 3);
        assertThat(divide(7, 1, 0.5, 0.25, 0.25)).containsExactly(4, 2, 1);
    }

    @Test
    void eachPartIsTheLeastWhileThereIsSoMuch() {
        assertThat(divide(100, 1, 99_999, 1)).containsExactly(99, 1);
        assertThat(divide(100, 1, 1, 99_999)).containsExactly(1, 99);
        assertThat(divide(1_000, 16, 1, 1_000_000, 1)).containsExactly(16, 968, 16);
        assertThat(divide(2, 1, 1, 1, 9)).containsExactly(1, 1, 0);
        assertThat(divide(0, 1, 1, 1)).containsExactly(0, 0);
    }

    @Test
    void withoutWeightsTheFirstTakesMost() {
        assertThat(divide(5, 1, 0, 0)).containsExactly(4, 1);
    }

    private static long[] divide(long total, long least, double... weights) {
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        Division division = new Division(total, sum, weights.length, least);
        long[] parts = new long[weights.length];
        for (int i = 0; i < weights.length; i++) {
            parts[i] = division.next(weights[i]);
        }
        return parts;
    }
}
