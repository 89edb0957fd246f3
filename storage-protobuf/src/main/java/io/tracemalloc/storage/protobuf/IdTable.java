package io.tracemalloc.storage.protobuf;

import io.tracemalloc.SnapshotFormatException;
import java.util.HashMap;
import java.util.Map;

/** Places of a file's 64-bit ids. Nearly every file numbers from 1 without gaps, and then nothing is stored. */
final class IdTable {

    private final String what;
    private final MemoryBudget budget;
    private final Map<Long, Integer> others = new HashMap<>();
    private int size;
    private int dense;

    IdTable(String what, MemoryBudget budget) {
        this.what = what;
        this.budget = budget;
    }

    int size() {
        return size;
    }

    /** Gives the next place to this id. */
    void add(long id) throws SnapshotFormatException {
        if (id == 0 || find(id) >= 0) {
            throw new SnapshotFormatException(
                    "expected a " + what + " with an id of its own, found " + Long.toUnsignedString(id));
        }
        if (id == size + 1L && dense == size) {
            dense++;
        } else {
            budget.take(MemoryBudget.ENTRY);
            others.put(id, size);
        }
        size++;
    }

    int place(long id) throws SnapshotFormatException {
        int place = find(id);
        if (place < 0) {
            throw new SnapshotFormatException("expected a " + what + " with id " + Long.toUnsignedString(id)
                    + ", found none: the file is damaged");
        }
        return place;
    }

    private int find(long id) {
        return id > 0 && id <= dense ? (int) (id - 1) : others.getOrDefault(id, -1);
    }
}
