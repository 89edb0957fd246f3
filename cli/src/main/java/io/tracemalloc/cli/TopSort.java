package io.tracemalloc.cli;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Orders of the rows of {@code top}; each but the last has the most first. */
enum TopSort {
    /** Bytes allocated per second. */
    BYTES('b', "bytes/s"),
    /** Blocks allocated per second. */
    BLOCKS('n', "blocks/s"),
    /** Live bytes. */
    LIVE('l', "live"),
    /** Live blocks. */
    COUNT('c', "count"),
    /** Line, class, method or package. */
    NAME('o', "name");

    private final char key;
    private final String title;

    TopSort(char key, String title) {
        this.key = key;
        this.title = title;
    }

    /** What its column is called. */
    String title() {
        return title;
    }

    /** The order. What is equal stays in one order, so that rows do not dance. */
    Comparator<TopRow> order() {
        Comparator<TopRow> first = switch (this) {
            case BYTES -> Comparator.comparingDouble(TopRow::bytesPerSecond).reversed();
            case BLOCKS -> Comparator.comparingDouble(TopRow::blocksPerSecond).reversed();
            case LIVE -> Comparator.comparingLong(TopRow::liveBytes).reversed();
            case COUNT -> Comparator.comparingLong(TopRow::liveCount).reversed();
            case NAME -> Comparator.comparing(TopRow::name);
        };
        return first.thenComparing(Comparator.comparingLong(TopRow::liveBytes).reversed())
                .thenComparing(TopRow::name);
    }

    /** The name on the command line. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** That which a key chooses. */
    static Optional<TopSort> of(int key) {
        return Arrays.stream(values()).filter(each -> each.key == key).findFirst();
    }
}
