package io.tracemalloc.internal.analysis;

import io.tracemalloc.Metric;
import io.tracemalloc.internal.columns.RecordColumns;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.Growth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Live bytes per group over several snapshots, what grew most first. */
public final class Growths {

    private static final Comparator<Growth> GREW_MOST_FIRST = Comparator.comparingLong(Growth::sizeDiff)
            .thenComparingLong(Growth::size)
            .thenComparingLong(Growth::countDiff)
            .thenComparingLong(Growth::count)
            .thenComparing(Growth::traceback)
            .thenComparing(Growth::key)
            .reversed();

    /**
     * Live records and the interval at which they were sampled.
     *
     * @param intervalBytes 1 if the sums per group were counted
     */
    public record Sampled(RecordColumns data, long intervalBytes) {}

    private final Groups groups;
    private final List<Totals> totals = new ArrayList<>();

    private Growths(GroupBy groupBy, boolean cumulative) {
        this.groups = Groups.of(groupBy, cumulative);
    }

    /** The growth of every group that any of the snapshots has, the oldest first. */
    public static List<Growth> of(List<Sampled> snapshots, GroupBy groupBy, boolean cumulative) {
        return new Growths(groupBy, cumulative).run(snapshots);
    }

    private List<Growth> run(List<Sampled> snapshots) {
        for (Sampled snapshot : snapshots) {
            totals.add(groups.totals(snapshot.data(), Metric.LIVE));
        }
        Sampled last = snapshots.get(snapshots.size() - 1);
        Totals lastVariance = variance(last);
        Totals firstVariance = snapshots.size() == 1 ? new Totals(0) : variance(snapshots.get(0));
        List<Growth> growths = new ArrayList<>();
        for (int id = 0; id < groups.size(); id++) {
            if (isThere(id)) {
                double variance = (double) lastVariance.bytes(id) * last.intervalBytes()
                        + (double) firstVariance.bytes(id) * snapshots.get(0).intervalBytes();
                growths.add(growth(id, Math.sqrt(variance)));
            }
        }
        growths.sort(GREW_MOST_FIRST);
        return Collections.unmodifiableList(growths);
    }

    private boolean isThere(int id) {
        for (Totals each : totals) {
            if (!each.isEmpty(id)) {
                return true;
            }
        }
        return false;
    }

    /** In intervals, as bytes of the groups: {@link SampleVariance} says why these fit. */
    private Totals variance(Sampled snapshot) {
        if (snapshot.intervalBytes() == 1) {
            return new Totals(0);
        }
        return groups.totals(SampleVariance.asLive(snapshot.data(), snapshot.intervalBytes()), Metric.LIVE);
    }

    private Growth growth(int id, double standardError) {
        return new Growth(
                groups.traceback(id),
                groups.key(id),
                totals.stream().map(each -> each.bytes(id)).toList(),
                totals.stream().map(each -> each.count(id)).toList(),
                standardError);
    }
}
