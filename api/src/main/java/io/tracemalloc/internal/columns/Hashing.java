package io.tracemalloc.internal.columns;

/** Hash functions for open addressing, where every bit of a slot number must depend on every bit of the key. */
final class Hashing {

    private Hashing() {}

    /** The finaliser of MurmurHash3 (Austin Appleby, public domain), folded to an int. */
    static int mix(long key) {
        long h = key;
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return (int) (h ^ (h >>> 33));
    }

    /** The hash of one more word after others. */
    static int mix(int seed, long key) {
        return mix(key + seed * 0x9e3779b97f4a7c15L);
    }

    /** Whether a table of this many slots is too full for this many entries. */
    static boolean crowded(int entries, int slots) {
        return entries >= slots - (slots >>> 2) - (slots >>> 3);
    }
}
