package io.tracemalloc.storage.protobuf;

import io.tracemalloc.SnapshotFormatException;
import java.util.ArrayList;
import java.util.List;

/** The string table of a file that is being read. */
final class FileStrings {

    private final MemoryBudget budget;
    private final List<String> texts = new ArrayList<>();

    FileStrings(MemoryBudget budget) {
        this.budget = budget;
    }

    void add(String text) throws SnapshotFormatException {
        if (texts.isEmpty() && !text.isEmpty()) {
            throw new SnapshotFormatException(
                    "expected a snapshot (pprof heap profile), found a first string that is not empty");
        }
        budget.take(MemoryBudget.TEXT + 2L * text.length());
        texts.add(text);
    }

    String get(long index) throws SnapshotFormatException {
        if (index == 0) {
            return "";
        }
        if (index < 0 || index >= texts.size()) {
            throw new SnapshotFormatException(
                    "expected a string with number " + index + ", found " + texts.size() + ": the file is damaged");
        }
        return texts.get((int) index);
    }
}
