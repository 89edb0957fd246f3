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
     * Live records and how they were sampled.
     *
     * @param sampling complete if the sums per group were counted
     */
    public record Sampled(RecordColumns data, Sampling sampling) {}

    /** Variances of all groups, as bytes, and what one of these stands for. */
    private record Variances(Totals totals, double unit) {

        static final Variances NONE = new Variances(new Totals(0), 1);

        double of(int id) {
            return totals.bytes(id) * unit;
        }
    }

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
        Variances lastVariance = variance(last);
        Variances firstVariance = snapshots.size() == 1 ? Variances.NONE : variance(snapshots.get(0));
        List<Growth> growths = new ArrayList<>();
        for (int id = 0; id < groups.size(); id++) {
            if (isThere(id)) {
                growths.add(growth(id, Math.sqrt(lastVariance.of(id) + firstVariance.of(id))));
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

    private Variances variance(Sampled snapshot) {
        if (snapshot.sampling().isComplete()) {
            return Variances.NONE;
        }
        double unit = SampleVariance.unitOfLive(snapshot.data(), snapshot.sampling());
        RecordColumns variances = SampleVariance.asLive(snapshot.data(), snapshot.sampling(), unit);
        return new Variances(groups.totals(variances, Metric.LIVE), unit);
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
