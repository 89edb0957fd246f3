package io.tracemalloc.cli;

import java.util.List;

/**
 * All that a screen of {@code top} shows. Immutable.
 *
 * @param target as it was named
 * @param title who that is, and for how long it has been running
 * @param totals what the JVM allocates and holds altogether
 * @param rows in their order, filtered
 * @param groups how many there were before the filter
 * @param trouble why there is nothing newer; empty if all is well
 */
record TopModel(
        String target, String title, String totals, List<TopRow> rows, int groups, String trouble, TopState state) {

    /** Copies the rows. */
    TopModel {
        rows = List.copyOf(rows);
    }
}
