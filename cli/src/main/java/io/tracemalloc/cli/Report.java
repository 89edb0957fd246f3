package io.tracemalloc.cli;

import io.tracemalloc.Metric;
import io.tracemalloc.Traceback;
import io.tracemalloc.statistic.Statistic;
import io.tracemalloc.statistic.StatisticDiff;
import java.util.List;

/**
 * What {@code stats} and {@code diff} print: the rows that were asked for, and how to read them.
 *
 * @param diff whether the rows compare two snapshots
 * @param groupBy name of the grouping
 * @param cumulative whether traces count for every group in their traceback
 * @param metric what was added up
 * @param estimated whether any group of the whole result was scaled from samples
 * @param rows the first groups, in order
 */
record Report(boolean diff, String groupBy, boolean cumulative, Metric metric, boolean estimated, List<Row> rows) {

    /** Whether a row is a place in the code, and so printed as a traceback, rather than a key. */
    boolean byPlace() {
        return isPlace(groupBy);
    }

    /** Whether the groups of this grouping are places in the code. */
    static boolean isPlace(String groupBy) {
        return groupBy.equals("line") || groupBy.equals("file") || groupBy.equals("traceback");
    }

    /**
     * One group. In a report that compares nothing, the differences are 0.
     *
     * @param average mean bytes of a block
     * @param text its line in tracemalloc's form
     */
    record Row(
            Traceback traceback,
            String key,
            long size,
            long sizeDiff,
            long count,
            long countDiff,
            double average,
            String text) {

        static Row of(Statistic statistic) {
            return new Row(
                    statistic.traceback(),
                    statistic.key(),
                    statistic.size(),
                    0,
                    statistic.count(),
                    0,
                    statistic.average(),
                    statistic.toString());
        }

        static Row of(StatisticDiff diff) {
            return new Row(
                    diff.traceback(),
                    diff.key(),
                    diff.size(),
                    diff.sizeDiff(),
                    diff.count(),
                    diff.countDiff(),
                    diff.average(),
                    diff.toString());
        }

        /** What the line says before the numbers. */
        String label() {
            return text.substring(0, Math.max(0, text.lastIndexOf(": size=")));
        }
    }
}
