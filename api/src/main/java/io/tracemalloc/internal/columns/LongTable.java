package io.tracemalloc.internal.columns;

import java.util.Arrays;
import java.util.Objects;

/** Interns longs: equal keys get equal ids, dense from 0. Not safe for several threads while it grows. */
public final class LongTable {

    private int[] slots = new int[64];
    private long[] keys = new long[32];
    private int size;

    /** Number of distinct keys. */
    public int size() {
        return size;
    }

    /** The key with this id. */
    public long key(int id) {
        return keys[Objects.checkIndex(id, size)];
    }

    /** The id of a key, -1 if it is not there. */
    public int find(long key) {
        return slots[slot(key)] - 1;
    }

    /** The id of a key made of two ints. */
    public int intern(int high, int low) {
        return intern(((long) high << 32) | (low & 0xffffffffL));
    }

    /** The id of a key. */
    public int intern(long key) {
        int slot = slot(key);
        if (slots[slot] != 0) {
            return slots[slot] - 1;
        }
        slots[slot] = size + 1;
        return append(key);
    }

    /** The slot that a key has, or the empty one that it would get. */
    private int slot(long key) {
        int mask = slots.length - 1;
        int slot = Hashing.mix(key) & mask;
        while (slots[slot] != 0 && keys[slots[slot] - 1] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private int append(long key) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
        }
        keys[size++] = key;
        if (Hashing.crowded(size, slots.length)) {
            rehash(slots.length * 2);
        }
        return size - 1;
    }

    private void rehash(int length) {
        int[] larger = new int[length];
        int mask = length - 1;
        for (int id = 0; id < size; id++) {
            int slot = Hashing.mix(keys[id]) & mask;
            while (larger[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            larger[slot] = id + 1;
        }
        slots = larger;
    }
}
