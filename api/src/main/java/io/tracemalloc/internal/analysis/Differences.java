package io.tracemalloc.internal.analysis;

import io.tracemalloc.Metric;
import io.tracemalloc.internal.columns.RecordColumns;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.StatisticDiff;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Differences of sums per group, biggest change first. */
public final class Differences {

    private static final Comparator<StatisticDiff> BIGGEST_CHANGE_FIRST = Comparator.comparingLong(
                    (StatisticDiff diff) -> Math.abs(diff.sizeDiff()))
            .thenComparingLong(StatisticDiff::size)
            .thenComparingLong(diff -> Math.abs(diff.countDiff()))
            .thenComparingLong(StatisticDiff::count)
            .thenComparing(StatisticDiff::traceback)
            .thenComparing(StatisticDiff::key)
            .reversed();

    private Differences() {}

    /** The differences of a metric that both have. */
    public static List<StatisticDiff> of(
            RecordColumns current,
            RecordColumns old,
            GroupBy groupBy,
            boolean cumulative,
            Metric metric,
            boolean estimated) {
        Groups groups = Groups.of(groupBy, cumulative);
        Totals now = groups.totals(current, metric);
        Totals before = groups.totals(old, metric);
        List<StatisticDiff> differences = new ArrayList<>();
        for (int id = 0; id < groups.size(); id++) {
            if (!now.isEmpty(id) || !before.isEmpty(id)) {
                long size = now.bytes(id);
                long count = now.count(id);
                differences.add(new StatisticDiff(
                        groups.traceback(id),
                        groups.key(id),
                        size,
                        size - before.bytes(id),
                        count,
                        count - before.count(id),
                        estimated));
            }
        }
        differences.sort(BIGGEST_CHANGE_FIRST);
        return Collections.unmodifiableList(differences);
    }
}
