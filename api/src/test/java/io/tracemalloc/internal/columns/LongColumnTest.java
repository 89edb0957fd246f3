package io.tracemalloc.internal.columns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LongColumnTest {

    private static final long[] BOUNDS = {
        0,
        1,
        -1,
        127,
        128,
        -128,
        -129,
        32_767,
        32_768,
        -32_769,
        Integer.MAX_VALUE,
        1L << 31,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2047, 2048, 2049, 10_000})
    void readsBackWhatWasAppended(int size) {
        long[] expected = values(size, new Random(size));
        LongColumn column = new LongColumn();

        for (long value : expected) {
            column.append(value);
        }

        assertHolds(column, expected);
    }

    @Test
    void readsBackWhatWasAppendedInParts() {
        Random random = new Random(3);
        long[] expected = values(30_000, random);
        LongColumn column = new LongColumn();

        int done = 0;
        while (done < expected.length) {
            int some = Math.min(random.nextInt(5_000), expected.length - done);
            column.append(Arrays.copyOfRange(expected, done, done + some), some);
            done += some;
        }

        assertHolds(column, expected);
    }

    @Test
    void addsToAnyPlaceAndPadsWithZeros() {
        Random random = new Random(5);
        long[] expected = new long[9_000];
        LongColumn column = new LongColumn();

        for (int i = 0; i < 50_000; i++) {
            int place = random.nextInt(expected.length);
            long more = BOUNDS[random.nextInt(BOUNDS.length)];
            expected[place] += more;
            column.add(place, more);
        }
        column.add(expected.length - 1, 0);

        assertHolds(column, expected);
    }

    @Test
    void readsZeroBeyondItsEnd() {
        LongColumn column = new LongColumn();
        column.append(7);
        long[] longs = {1, 1, 1};
        int[] ints = {1, 1, 1};

        column.read(0, 3, longs);
        column.read(0, 3, ints);

        assertThat(column.get(1)).isZero();
        assertThat(column.get(1_000_000)).isZero();
        assertThat(longs).containsExactly(7, 0, 0);
        assertThat(ints).containsExactly(7, 0, 0);
    }

    @Test
    void decodesIntsOfEveryWidth() {
        for (int bound : new int[] {1, 100, 30_000, 2_000_000_000}) {
            Random random = new Random(bound);
            int[] expected = random.ints(LongColumn.SEGMENT, 0, bound).toArray();
            LongColumn column = new LongColumn();
            for (int value : expected) {
                column.append(value);
            }
            int[] decoded = new int[LongColumn.SEGMENT];

            column.read(0, LongColumn.SEGMENT, decoded);

            assertThat(decoded).isEqualTo(expected);
        }
    }

    /** Stretches of equal, small and large values, so that segments of every kind and every widening occur. */
    private static long[] values(int size, Random random) {
        long[] values = new long[size];
        int i = 0;
        while (i < size) {
            int stretch = Math.min(size, i + 1 + random.nextInt(4_000));
            long bound = BOUNDS[random.nextInt(BOUNDS.length)];
            boolean constant = random.nextBoolean();
            for (; i < stretch; i++) {
                values[i] = constant || random.nextInt(100) > 0 ? bound : BOUNDS[random.nextInt(BOUNDS.length)];
            }
        }
        return values;
    }

    private static void assertHolds(LongColumn column, long[] expected) {
        assertThat(column.size()).isEqualTo(expected.length);
        long[] single = new long[expected.length];
        long[] decoded = new long[expected.length];
        long[] segment = new long[LongColumn.SEGMENT];
        for (int i = 0; i < expected.length; i++) {
            single[i] = column.get(i);
        }
        for (int i = 0; i < LongColumn.segments(expected.length); i++) {
            int length = LongColumn.length(i, expected.length);
            column.read(i, length, segment);
            System.arraycopy(segment, 0, decoded, i * LongColumn.SEGMENT, length);
        }
        assertThat(single).isEqualTo(expected);
        assertThat(decoded).isEqualTo(expected);
    }

    @Test
    void appendsRepeatedValues() {
        Random random = new Random(9);
        LongColumn column = new LongColumn();
        List<Long> expected = new ArrayList<>();

        while (expected.size() < 40_000) {
            long value = BOUNDS[random.nextInt(BOUNDS.length)];
            int times = random.nextInt(5_000);
            column.appendTimes(value, times);
            expected.addAll(Collections.nCopies(times, value));
        }

        assertHolds(column, expected.stream().mapToLong(Long::longValue).toArray());
    }
}
