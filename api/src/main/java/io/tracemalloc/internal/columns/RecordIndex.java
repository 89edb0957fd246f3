package io.tracemalloc.internal.columns;

/** Finds records by their identity. Not safe for several threads. */
final class RecordIndex {

    /*
     * Open addressing with the whole identity in the slot, so that one line of memory answers: records come in no order,
     * and each further place to look at would be fetched from memory. Two longs: traceback and owner; size and id + 1, 0
     * if the slot is free. An owner stands for type, domain and thread, of which few combinations occur; sizes that
     * do not fit an int, which are few, too, are numbered from -1 down.
     */
    private static final int WORDS = 2;
    private static final int MOST_SLOTS = 1 << 29;
    private static final int FAST_GROWTH = 1 << 18;

    private final LongTable whos = new LongTable();
    private final LongTable owners = new LongTable();
    private final LongTable largeSizes = new LongTable();
    private long[] slots = new long[WORDS * 64];
    private int entries;

    private int lastType = -1;
    private int lastDomain;
    private int lastThread;
    private int lastOwner;

    /** The id of the record that was added with this identity; if there is none, adds it under the given id. */
    int intern(int traceback, int type, int domain, int thread, long size, int newId) {
        long where = ((long) traceback << 32) | owner(type, domain, thread);
        int sizeCode = size == (int) size ? (int) size : -1 - largeSizes.intern(size);
        long[] table = slots;
        int mask = table.length - 1;
        int at = slot(where, sizeCode) & mask;
        while (table[at + 1] != 0) {
            if (table[at] == where && (int) (table[at + 1] >>> 32) == sizeCode) {
                return (int) table[at + 1] - 1;
            }
            at = (at + WORDS) & mask;
        }
        table[at] = where;
        table[at + 1] = ((long) sizeCode << 32) | (newId + 1);
        entries++;
        if (Hashing.crowded(entries, table.length / WORDS)) {
            grow();
        }
        return newId;
    }

    private int owner(int type, int domain, int thread) {
        if (type != lastType || domain != lastDomain || thread != lastThread) {
            lastOwner = owners.intern(type, whos.intern(domain, thread));
            lastType = type;
            lastDomain = domain;
            lastThread = thread;
        }
        return lastOwner;
    }

    /** Where to look first: the even word. */
    private static int slot(long where, int sizeCode) {
        return Hashing.mix(Hashing.mix(where), sizeCode) << 1;
    }

    private void grow() {
        // Small tables grow in larger steps: most of the work of growing is the last step.
        int times = entries < FAST_GROWTH ? 4 : 2;
        if (slots.length / WORDS > MOST_SLOTS / times) {
            if (entries == slots.length / WORDS - 1) {
                throw new IllegalStateException("at most " + entries + " records can be told apart");
            }
            return;
        }
        long[] larger = new long[slots.length * times];
        int mask = larger.length - 1;
        for (int from = 0; from < slots.length; from += WORDS) {
            if (slots[from + 1] != 0) {
                int at = slot(slots[from], (int) (slots[from + 1] >>> 32)) & mask;
                while (larger[at + 1] != 0) {
                    at = (at + WORDS) & mask;
                }
                larger[at] = slots[from];
                larger[at + 1] = slots[from + 1];
            }
        }
        slots = larger;
    }
}
