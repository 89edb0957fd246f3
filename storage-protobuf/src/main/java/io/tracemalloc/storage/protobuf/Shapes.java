package io.tracemalloc.storage.protobuf;

import java.util.Arrays;

/**
 * Interns what most records have in common: class, domain, thread and the number of blocks by each metric. A record of
 * known shape needs no second look at the columns.
 */
final class Shapes {

    /** Given instead of an id when there are too many shapes to be worth it. */
    static final int NONE = -1;

    /** More than this many are not kept; ids are below. */
    static final int MOST = 1 << 15;

    private static final int NUMBERS = Values.METRICS + 1;

    /** One more than the shape; at least four times as many as shapes. */
    private int[] slots = new int[1024];

    /** For each shape its kind, then the counts. */
    private long[] numbers = new long[NUMBERS * 64];

    private int size;
    private int last = NONE;

    /** The id of this shape, or {@link #NONE}. */
    int intern(long kind, long[] counts) {
        if (last != NONE && equal(last, kind, counts)) {
            return last;
        }
        int slot = slot(hash(kind, counts));
        while (slots[slot] != 0) {
            int shape = slots[slot] - 1;
            if (equal(shape, kind, counts)) {
                last = shape;
                return shape;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        return size == MOST ? NONE : add(slot, kind, counts);
    }

    /** Where the search for a shape starts. */
    private int slot(long hash) {
        return (int) (hash >>> 32) & (slots.length - 1);
    }

    long kind(int shape) {
        return numbers[shape * NUMBERS];
    }

    long count(int shape, int metric) {
        return numbers[shape * NUMBERS + 1 + metric];
    }

    private int add(int slot, long kind, long[] counts) {
        int at = size * NUMBERS;
        if (at == numbers.length) {
            numbers = Arrays.copyOf(numbers, at * 2);
        }
        numbers[at] = kind;
        System.arraycopy(counts, 0, numbers, at + 1, Values.METRICS);
        last = size++;
        slots[slot] = size;
        if (size * 4 > slots.length) {
            grow();
        }
        return last;
    }

    private void grow() {
        slots = new int[slots.length * 4];
        for (int shape = 0; shape < size; shape++) {
            int at = shape * NUMBERS;
            int slot = slot(hash(numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3], numbers[at + 4]));
            while (slots[slot] != 0) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = shape + 1;
        }
    }

    private boolean equal(int shape, long kind, long[] counts) {
        int at = shape * NUMBERS;
        return numbers[at] == kind
                && numbers[at + 1] == counts[0]
                && numbers[at + 2] == counts[1]
                && numbers[at + 3] == counts[2]
                && numbers[at + 4] == counts[3];
    }

    private static long hash(long kind, long[] counts) {
        return hash(kind, counts[0], counts[1], counts[2], counts[3]);
    }

    /** A sum of products, which a processor computes side by side; the high half is the good one. */
    private static long hash(long kind, long count0, long count1, long count2, long count3) {
        return kind * 0x9E37_79B9_7F4A_7C15L
                + count0 * 0xC2B2_AE3D_27D4_EB4FL
                + count1 * 0x1656_67B1_9E37_79F9L
                + count2 * 0xD6E8_FEB8_6659_FD93L
                + count3 * 0xA076_1D64_78BD_642FL;
    }
}
