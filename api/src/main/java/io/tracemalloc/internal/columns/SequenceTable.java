package io.tracemalloc.internal.columns;

/**
 * Interns sequences of ints, each with a tag that is part of its identity: equal ones get equal ids, dense from 0. Not
 * safe for several threads while it grows.
 */
public final class SequenceTable {

    private final IntList pool = new IntList();
    private final IntList ends = new IntList();
    private final IntList tags = new IntList();
    private final IntList hashes = new IntList();
    private int[] slots = new int[64];

    /** Number of distinct sequences. */
    public int size() {
        return ends.size();
    }

    /** Number of values in a sequence. */
    public int length(int id) {
        return ends.get(id) - start(id);
    }

    /** A value of a sequence. */
    public int get(int id, int index) {
        int start = start(id);
        if (index < 0 || index >= ends.get(id) - start) {
            throw new IndexOutOfBoundsException("index " + index + " in a sequence of " + length(id));
        }
        return pool.get(start + index);
    }

    /** The tag of a sequence. */
    public int tag(int id) {
        return tags.get(id);
    }

    private int start(int id) {
        return id == 0 ? 0 : ends.get(id - 1);
    }

    /** The id of the sequence in this part of an array, with this tag. */
    public int intern(int[] values, int from, int length, int tag) {
        int hash = hash(values, from, length, tag);
        int mask = slots.length - 1;
        int slot = hash & mask;
        while (slots[slot] != 0) {
            int id = slots[slot] - 1;
            if (hashes.get(id) == hash && equal(id, values, from, length, tag)) {
                return id;
            }
            slot = (slot + 1) & mask;
        }
        slots[slot] = ends.size() + 1;
        return append(values, from, length, tag, hash);
    }

    private static int hash(int[] values, int from, int length, int tag) {
        long hash = tag;
        for (int i = from; i < from + length; i++) {
            hash = (hash + values[i]) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 32;
        }
        return Hashing.mix(length, hash);
    }

    private boolean equal(int id, int[] values, int from, int length, int tag) {
        return tags.get(id) == tag && length(id) == length && pool.matches(start(id), values, from, length);
    }

    private int append(int[] values, int from, int length, int tag, int hash) {
        pool.addAll(values, from, length);
        ends.add(pool.size());
        tags.add(tag);
        hashes.add(hash);
        if (Hashing.crowded(ends.size(), slots.length)) {
            rehash(slots.length * 2);
        }
        return ends.size() - 1;
    }

    private void rehash(int length) {
        int[] larger = new int[length];
        int mask = length - 1;
        for (int id = 0; id < hashes.size(); id++) {
            int slot = hashes.get(id) & mask;
            while (larger[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            larger[slot] = id + 1;
        }
        slots = larger;
    }
}
