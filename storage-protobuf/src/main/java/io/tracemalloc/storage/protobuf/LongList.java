package io.tracemalloc.storage.protobuf;

import java.util.Arrays;

/** A growing list of numbers. */
final class LongList {

    private long[] values = new long[16];
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The numbers, and room for more behind them; valid until the list grows. */
    long[] array() {
        return values;
    }

    long get(int index) {
        return values[index];
    }

    void set(int index, long value) {
        values[index] = value;
    }

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    void clear() {
        size = 0;
    }
}
