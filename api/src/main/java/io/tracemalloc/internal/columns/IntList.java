package io.tracemalloc.internal.columns;

import java.util.Arrays;
import java.util.Objects;

/** A growing list of ints. Not safe for several threads while it grows. */
public final class IntList {

    private int[] values = new int[16];
    private int size;

    /** Number of values. */
    public int size() {
        return size;
    }

    /** The value at this place. */
    public int get(int index) {
        return values[Objects.checkIndex(index, size)];
    }

    /** Appends a value. */
    public void add(int value) {
        reserve(1);
        values[size++] = value;
    }

    /** Appends part of an array. */
    public void addAll(int[] source, int from, int length) {
        reserve(length);
        System.arraycopy(source, from, values, size, length);
        size += length;
    }

    /** Whether the values from {@code at} on are those of part of an array. */
    public boolean matches(int at, int[] source, int from, int length) {
        return Arrays.equals(values, at, at + length, source, from, from + length);
    }

    private void reserve(int more) {
        if (more > values.length - size) {
            values = Arrays.copyOf(values, Math.max(Math.addExact(size, more), grown(values.length)));
        }
    }

    private static int grown(int length) {
        return (int) Math.min((long) length * 2, Integer.MAX_VALUE - 8);
    }
}
