package io.tracemalloc.cli;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.spi.RemoteStatus;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.Statistic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code top} knows of a JVM at one time: its snapshot, the one before, and what it says of itself. Immutable.
 *
 * @param before null for the first, which has no rates
 */
record TopSample(
        RemoteStatus status, Snapshot now, @Nullable Snapshot before) {

    /** Allocated beyond {@code before}, by group; what was cleared meanwhile counts from 0. */
    private record Grown(long bytes, long count) {}

    /** The time between both snapshots, by the clock of that JVM. */
    Duration span() {
        return before == null
                ? Duration.ZERO
                : Duration.between(before.info().time(), now.info().time());
    }

    /** Whether live blocks are recorded. */
    boolean hasLive() {
        return now.has(Metric.LIVE);
    }

    /** The groups that allocated or hold something, in no order. */
    List<TopRow> rows(GroupBy groupBy, Optional<Filter> filter) {
        Snapshot current = filter.map(now::filter).orElse(now);
        Map<String, Grown> grown = grown(current, groupBy, filter);
        Map<String, Statistic> live = byName(current, groupBy, Metric.LIVE);
        double seconds = seconds();
        List<TopRow> rows = new ArrayList<>();
        for (Map.Entry<String, Grown> group : grown.entrySet()) {
            Statistic held = live.remove(group.getKey());
            Grown by = group.getValue();
            if (by.count > 0 || by.bytes > 0 || held != null) {
                rows.add(new TopRow(
                        group.getKey(),
                        by.bytes / seconds,
                        by.count / seconds,
                        held == null ? 0 : held.size(),
                        held == null ? 0 : held.count()));
            }
        }
        live.forEach((name, held) -> rows.add(new TopRow(name, 0, 0, held.size(), held.count())));
        return rows;
    }

    private double seconds() {
        double seconds = span().toNanos() / 1e9;
        return seconds > 0 ? seconds : Double.POSITIVE_INFINITY;
    }

    private Map<String, Grown> grown(Snapshot current, GroupBy groupBy, Optional<Filter> filter) {
        Map<String, Grown> grown = new HashMap<>();
        byName(current, groupBy, Metric.ALLOCATED)
                .forEach((name, sum) -> grown.put(name, new Grown(sum.size(), sum.count())));
        if (before != null) {
            Snapshot former = filter.map(before::filter).orElse(before);
            byName(former, groupBy, Metric.ALLOCATED)
                    .forEach((name, sum) -> grown.computeIfPresent(
                            name,
                            (same, total) -> total.count < sum.count()
                                    ? total
                                    : new Grown(Math.max(0, total.bytes - sum.size()), total.count - sum.count())));
        }
        return grown;
    }

    private static Map<String, Statistic> byName(Snapshot snapshot, GroupBy groupBy, Metric metric) {
        Map<String, Statistic> groups = new HashMap<>();
        if (snapshot.has(metric)) {
            for (Statistic each : snapshot.statistics(groupBy, false, metric)) {
                groups.put(Report.Row.of(each).label(), each);
            }
        }
        return groups;
    }
}
