package io.tracemalloc.internal.analysis;

import io.tracemalloc.Metric;
import io.tracemalloc.internal.columns.RecordColumns;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.Statistic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Sums per group, biggest first. */
public final class Statistics {

    private static final Comparator<Statistic> BIGGEST_FIRST = Comparator.comparingLong(Statistic::size)
            .thenComparingLong(Statistic::count)
            .thenComparing(Statistic::traceback)
            .thenComparing(Statistic::key)
            .reversed();

    private Statistics() {}

    /** The statistics of a metric that the data has. */
    public static List<Statistic> of(
            RecordColumns data, GroupBy groupBy, boolean cumulative, Metric metric, boolean estimated) {
        Groups groups = Groups.of(groupBy, cumulative);
        Totals totals = groups.totals(data, metric);
        List<Statistic> statistics = new ArrayList<>();
        for (int id = 0; id < groups.size(); id++) {
            if (!totals.isEmpty(id)) {
                statistics.add(new Statistic(
                        groups.traceback(id), groups.key(id), totals.bytes(id), totals.count(id), estimated));
            }
        }
        statistics.sort(BIGGEST_FIRST);
        return Collections.unmodifiableList(statistics);
    }
}
