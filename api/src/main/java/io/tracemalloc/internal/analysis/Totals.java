package io.tracemalloc.internal.analysis;

import java.util.Arrays;

/** Blocks and bytes per id. */
final class Totals {

    private long[] counts;
    private long[] bytes;

    Totals(int size) {
        counts = new long[size];
        bytes = new long[size];
    }

    /** Makes room for ids below this size. */
    void ensure(int size) {
        if (size > counts.length) {
            int length = Math.max(size, counts.length + (counts.length >> 1));
            counts = Arrays.copyOf(counts, length);
            bytes = Arrays.copyOf(bytes, length);
        }
    }

    void add(int id, long count, long size) {
        ensure(id + 1);
        counts[id] += count;
        bytes[id] += size;
    }

    /** Adds a segment, for whose ids there is room. */
    void addAll(int[] ids, long[] moreCounts, long[] moreBytes, int length) {
        long[] countSums = counts;
        long[] byteSums = bytes;
        for (int i = 0; i < length; i++) {
            int id = ids[i];
            countSums[id] += moreCounts[i];
            byteSums[id] += moreBytes[i];
        }
    }

    long count(int id) {
        return id < counts.length ? counts[id] : 0;
    }

    long bytes(int id) {
        return id < bytes.length ? bytes[id] : 0;
    }

    boolean isEmpty(int id) {
        return count(id) == 0 && bytes(id) == 0;
    }
}
