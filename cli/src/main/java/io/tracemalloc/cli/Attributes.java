package io.tracemalloc.cli;

import io.tracemalloc.spi.SnapshotColumns;
import java.util.OptionalLong;

/** Reads numbers out of the free facts of a snapshot, which any program may have written. */
final class Attributes {

    private Attributes() {}

    /** The number under this key; empty if there is none. */
    static OptionalLong number(SnapshotColumns columns, String key) {
        String value = columns.attributes().get(key);
        return value == null ? OptionalLong.empty() : number(value);
    }

    static OptionalLong number(String value) {
        try {
            return OptionalLong.of(Long.parseLong(value));
        } catch (NumberFormatException notOurs) {
            return OptionalLong.empty();
        }
    }
}
