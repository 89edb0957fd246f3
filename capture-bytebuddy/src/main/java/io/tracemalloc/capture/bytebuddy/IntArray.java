package io.tracemalloc.capture.bytebuddy;

import java.util.Arrays;

/** A growing list of ints. Not safe for several threads at once. */
final class IntArray {

    private int[] values = new int[8];
    private int size;

    void add(int value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    int get(int index) {
        if (index >= size) {
            throw new IndexOutOfBoundsException(index + " of " + size);
        }
        return values[index];
    }

    int size() {
        return size;
    }
}
