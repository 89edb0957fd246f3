package io.tracemalloc.storage.protobuf;

import io.tracemalloc.SnapshotFormatException;

/**
 * How much memory a file may still claim. The reader takes from it before it keeps anything, so that a hostile file
 * ends in a line of text and not in an {@code OutOfMemoryError} in whatever thread allocates next.
 */
final class MemoryBudget {

    /** Keeping a string: its object, its array, its place in a table. */
    static final int TEXT = 64;

    /** Keeping a number in a list that doubles as it grows. */
    static final int NUMBER = 16;

    /** Keeping a name that is looked up: the entry of a hash table. */
    static final int ENTRY = 64;

    /** Keeping a record in columns: identity and values, while they grow. */
    static final int RECORD = 24;

    private final long total;
    private long left;

    MemoryBudget(long total) {
        this.total = total;
        this.left = total;
    }

    /** Half of what the heap can have. */
    static MemoryBudget ofHeap() {
        return new MemoryBudget(Runtime.getRuntime().maxMemory() / 2);
    }

    void take(long bytes) throws SnapshotFormatException {
        left -= bytes;
        if (left < 0) {
            throw tooLarge(total);
        }
    }

    static SnapshotFormatException tooLarge(long total) {
        return new SnapshotFormatException("expected a snapshot that fits into memory, found one that needs more than "
                + (total >> 20) + " MiB; a larger -Xmx may help");
    }
}
