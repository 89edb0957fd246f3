package io.tracemalloc.storage.protobuf;

import io.tracemalloc.SnapshotFormatException;
import java.util.Arrays;
import java.util.function.ToIntFunction;

/** Ids in the sink of the names that samples refer to, so that each name is looked up once. */
final class NameIds {

    private final FileStrings strings;
    private final ToIntFunction<String> intern;
    /** One more than the id, by the number of the string; 0 if it was not yet asked for. */
    private int[] known = new int[64];

    NameIds(FileStrings strings, ToIntFunction<String> intern) {
        this.strings = strings;
        this.intern = intern;
    }

    int id(long string) throws SnapshotFormatException {
        if (string >= 0 && string < known.length && known[(int) string] != 0) {
            return known[(int) string] - 1;
        }
        int id = intern.applyAsInt(strings.get(string));
        if (string >= known.length) {
            known = Arrays.copyOf(known, Math.max(2 * known.length, (int) string + 1));
        }
        known[(int) string] = id + 1;
        return id;
    }
}
