package io.tracemalloc;

import io.tracemalloc.filter.Filter;
import io.tracemalloc.internal.analysis.Attribution;
import io.tracemalloc.internal.analysis.Copies;
import io.tracemalloc.internal.analysis.Differences;
import io.tracemalloc.internal.analysis.FilterPass;
import io.tracemalloc.internal.analysis.Growths;
import io.tracemalloc.internal.analysis.RecordSums;
import io.tracemalloc.internal.analysis.SampleVariance;
import io.tracemalloc.internal.analysis.Sampling;
import io.tracemalloc.internal.analysis.SnapshotFiles;
import io.tracemalloc.internal.analysis.Statistics;
import io.tracemalloc.internal.analysis.Survivors;
import io.tracemalloc.internal.analysis.TraceList;
import io.tracemalloc.internal.columns.AgeColumns;
import io.tracemalloc.internal.columns.MetricColumns;
import io.tracemalloc.internal.columns.RecordColumns;
import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.SnapshotColumns;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.Growth;
import io.tracemalloc.statistic.Statistic;
import io.tracemalloc.statistic.StatisticDiff;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All traces at one instant, with the options of the session, what was dropped and what the tracer itself takes.
 *
 * <p>Traces are columns of primitives; every analysis is one pass over them. How far its numbers can be trusted, each
 * statistic says itself: {@link Statistic#estimated}. A metric that was not recorded is an
 * {@link IllegalArgumentException} that names those which were.
 *
 * <p>Immutable; safe for any thread.
 */
public final class Snapshot {

    private final RecordColumns columns;
    private final SnapshotInfo info;

    private Snapshot(RecordColumns columns, SnapshotInfo info) {
        this.columns = columns;
        this.info = info;
    }

    /**
     * A snapshot of these columns; they are copied unless a {@link io.tracemalloc.spi.SnapshotBuilder} built them.
     *
     * @throws IllegalArgumentException if the columns hold what a builder refuses
     */
    public static Snapshot of(SnapshotColumns columns, SnapshotInfo info) {
        return new Snapshot(Copies.recordColumns(columns), Objects.requireNonNull(info, "info"));
    }

    /** The contents as columns, for formats and for analyses of one's own. */
    public SnapshotColumns columns() {
        return columns;
    }

    /** When and with what options it was taken. */
    public SnapshotInfo info() {
        return info;
    }

    /** All traces, made when they are looked at. */
    public List<Trace> traces() {
        return new TraceList(columns);
    }

    /** Most frames that a traceback keeps. */
    public int tracebackLimit() {
        return info.tracebackLimit();
    }

    /** The metric of statistics for which none is named: that of the session if it was recorded, else one that was. */
    public Metric defaultMetric() {
        if (has(info.defaultMetric()) || metrics().isEmpty()) {
            return info.defaultMetric();
        }
        return metrics().iterator().next();
    }

    /** Whether a metric was recorded. */
    public boolean has(Metric metric) {
        return columns.has(metric);
    }

    /** The metrics that were recorded, derived ones included. */
    public Set<Metric> metrics() {
        EnumSet<Metric> metrics = EnumSet.allOf(Metric.class);
        metrics.removeIf(metric -> !columns.has(metric));
        return Collections.unmodifiableSet(metrics);
    }

    /** How exact a metric is. */
    public Exactness exactness(Metric metric) {
        return columns.exactness(require(metric));
    }

    /** Blocks of all traces. */
    public long totalCount(Metric metric) {
        return require(metric) == Metric.FREED
                ? RecordSums.totalCount(columns, metric)
                : recorded(metric).totalCount();
    }

    /** Bytes of all traces. */
    public long totalBytes(Metric metric) {
        return require(metric) == Metric.FREED
                ? RecordSums.totalBytes(columns, metric)
                : recorded(metric).totalBytes();
    }

    /**
     * Standard error of {@link #totalBytes} that comes from sampling, in bytes; 0 if the total was counted. The true total
     * lies within 1.96 of it either way in 95 of 100 cases.
     *
     * <p>A block of {@code s} bytes is sampled with probability {@code p = 1 - exp(-s / interval)}; {@code n} estimated
     * blocks of that size then scatter with variance {@code n s² (1 - p) / p}. Where a backend came to its memory limit and
     * followed one live block in {@code k}, {@code p} is that much smaller. Records of mixed sizes are taken at their average
     * size, records of unknown counts at the largest error, {@code sqrt(bytes interval)}. All are taken to be sampled at the
     * largest interval of any sample: those at the beginning of a session scatter less.
     */
    public double standardErrorBytes(Metric metric) {
        if (exactness(metric) != Exactness.ESTIMATED) {
            return 0;
        }
        return Math.sqrt(
                metric == Metric.FREED ? variance(Metric.ALLOCATED) + variance(Metric.LIVE) : variance(metric));
    }

    private double variance(Metric metric) {
        return columns.exactness(metric) == Exactness.ESTIMATED
                ? SampleVariance.total(columns, metric, sampling(metric))
                : 0;
    }

    /** Peaks were thinned as live blocks were by then, or less: their errors are upper bounds. */
    private Sampling sampling(Metric metric) {
        return metric == Metric.LIVE || metric == Metric.PEAK
                ? Sampling.ofLive(columns.attributes(), info.intervalBytes())
                : Sampling.ofAllocated(columns.attributes(), info.intervalBytes());
    }

    private MetricColumns recorded(Metric metric) {
        return Objects.requireNonNull(columns.metrics().get(metric));
    }

    /** Statistics of the default metric, per allocation site if the grouping looks at frames. */
    public List<Statistic> statistics(GroupBy groupBy) {
        return statistics(groupBy, false);
    }

    /** Statistics of the default metric. See {@link #statistics(GroupBy, boolean, Metric)}. */
    public List<Statistic> statistics(GroupBy groupBy, boolean cumulative) {
        return statistics(groupBy, cumulative, defaultMetric());
    }

    /**
     * Sums per group, biggest first: by size, then count, then traceback or key, all descending. Groups without blocks
     * and bytes of this metric are left out.
     *
     * @param cumulative whether a trace counts for every group in its traceback, once per group even under recursion
     * @throws IllegalArgumentException if the grouping cannot be cumulative
     */
    public List<Statistic> statistics(GroupBy groupBy, boolean cumulative, Metric metric) {
        requireCumulative(groupBy, cumulative);
        require(metric);
        return Statistics.of(columns, groupBy, cumulative, metric, estimated(groupBy, cumulative, metric));
    }

    /** Differences of the default metric of this snapshot. */
    public List<StatisticDiff> compareTo(Snapshot old, GroupBy groupBy) {
        return compareTo(old, groupBy, false);
    }

    /** Differences of the default metric of this snapshot. See {@link #compareTo(Snapshot, GroupBy, boolean, Metric)}. */
    public List<StatisticDiff> compareTo(Snapshot old, GroupBy groupBy, boolean cumulative) {
        return compareTo(old, groupBy, cumulative, defaultMetric());
    }

    /**
     * How the sums per group differ from those of an older snapshot, biggest change first: by absolute difference of
     * size, then size, absolute difference of count, count, then traceback or key, all descending. Groups that are in
     * both and did not change are there as well.
     *
     * @param cumulative whether a trace counts for every group in its traceback, once per group even under recursion
     * @throws IllegalArgumentException if the grouping cannot be cumulative, or one of the snapshots lacks the metric
     */
    public List<StatisticDiff> compareTo(Snapshot old, GroupBy groupBy, boolean cumulative, Metric metric) {
        requireCumulative(groupBy, cumulative);
        require(metric);
        if (!old.has(metric)) {
            throw missing("old snapshot", old, metric);
        }
        boolean estimated = estimated(groupBy, cumulative, metric) || old.estimated(groupBy, cumulative, metric);
        return Differences.of(columns, old.columns, groupBy, cumulative, metric, estimated);
    }

    /** Whether the ages of live blocks, in collections survived, were recorded. */
    public boolean hasAges() {
        return columns.ages() != null;
    }

    /**
     * The time before which all blocks of the Java heap were allocated that have survived so many garbage collections, to
     * the second. A number between two powers of two is taken for the higher one, as by {@link #survivors}.
     *
     * @return empty if there were fewer collections, the backend did not record their times, or for 0
     * @throws IllegalArgumentException if the number is negative
     */
    public Optional<Instant> allocatedBefore(long collections) {
        if (collections < 0) {
            throw new IllegalArgumentException("collections must be 0 or more, got " + collections);
        }
        String times = columns.attributes().getOrDefault(AllocationSink.COLLECTION_TIMES, "");
        if (collections == 0 || times.isEmpty()) {
            return Optional.empty();
        }
        String[] known = times.split(" ", -1);
        int index = Long.SIZE - Long.numberOfLeadingZeros(collections - 1);
        try {
            return index < known.length ? Optional.of(Instant.parse(known[index])) : Optional.empty();
        } catch (DateTimeParseException otherText) {
            return Optional.empty();
        }
    }

    /**
     * The live blocks that have survived so many garbage collections, and nothing else. Ages are recorded in powers of
     * two: a number between two of them is taken for the higher one. Blocks outside the Java heap, such as direct buffers
     * and tracked blocks, have no ages and are kept all.
     *
     * @param collections 0 for all live blocks of known age
     * @throws IllegalArgumentException if the number is negative, or no ages were recorded
     */
    public Snapshot survivors(long collections) {
        require(Metric.LIVE);
        AgeColumns ages = columns.ages();
        if (collections < 0) {
            throw new IllegalArgumentException("collections must be 0 or more, got " + collections);
        }
        if (ages == null) {
            throw new IllegalArgumentException("the snapshot has no ages of live blocks");
        }
        return new Snapshot(Survivors.of(columns, ages, collections), info);
    }

    /**
     * How the live bytes of each group changed from older snapshots to this one, what grew most first: by difference of
     * size, then size, difference of count, count, then traceback or key, all descending.
     *
     * @param older the oldest first; none to rank this snapshot alone, by size
     * @param cumulative whether a trace counts for every group in its traceback, once per group even under recursion
     * @throws IllegalArgumentException if the grouping cannot be cumulative, or one of the snapshots lacks live values
     */
    public List<Growth> growthSince(List<Snapshot> older, GroupBy groupBy, boolean cumulative) {
        requireCumulative(groupBy, cumulative);
        List<Growths.Sampled> all = new ArrayList<>();
        for (Snapshot old : older) {
            if (!old.has(Metric.LIVE)) {
                throw missing("old snapshot", old, Metric.LIVE);
            }
            all.add(old.sampled(groupBy, cumulative));
        }
        require(Metric.LIVE);
        all.add(sampled(groupBy, cumulative));
        return Growths.of(all, groupBy, cumulative);
    }

    private Growths.Sampled sampled(GroupBy groupBy, boolean cumulative) {
        return new Growths.Sampled(
                columns, estimated(groupBy, cumulative, Metric.LIVE) ? sampling(Metric.LIVE) : Sampling.COMPLETE);
    }

    /** The traces that these filters keep, see {@link Filter}; without filters, all. */
    public Snapshot filter(Filter... filters) {
        return filter(Arrays.asList(filters));
    }

    /**
     * The traces that these filters keep, see {@link Filter}; without filters, all. Where a filter had to look beyond
     * the allocation site, values that were exact by site are estimated now.
     */
    public Snapshot filter(Collection<Filter> filters) {
        return new Snapshot(FilterPass.filter(columns, List.copyOf(filters)), info);
    }

    /**
     * Attributes each trace to the most recent frame of the program itself: its traceback begins there. A trace without
     * such a frame keeps its traceback. Where tracebacks changed, values that were exact by site are estimated now, and
     * those that were exact by caller are exact by site as long as no library is named.
     * Traces that became equal are not joined.
     *
     * <p>Frames of the JDK are not the program's own. If none of a traceback is outside the JDK, the program may be
     * one of the JDK's tools, such as {@code javac}: then the most recent frame of the tool is taken.
     *
     * @param libraryGlobs names of further classes that are not the program's own, as globs, see {@link Filter}
     */
    public Snapshot attributeToApplication(Collection<String> libraryGlobs) {
        return new Snapshot(Attribution.toApplication(columns, List.copyOf(libraryGlobs)), info);
    }

    /** Writes this snapshot to a file with {@link #defaultMetric} first. See {@link #dump(Path, Metric)}. */
    public void dump(Path file) throws IOException {
        dump(file, defaultMetric());
    }

    /**
     * Writes this snapshot to a file, which appears as a whole or not at all; an existing one is replaced. Of several
     * formats, that with the file's suffix is taken, else that with the highest priority.
     *
     * @param defaultMetric the metric that tools show first
     * @throws IOException if it cannot be written, in one line
     * @throws io.tracemalloc.spi.ProviderUnavailableException if there is no format to write it in
     */
    public void dump(Path file, Metric defaultMetric) throws IOException {
        SnapshotFiles.dump(this, Objects.requireNonNull(defaultMetric, "defaultMetric"), file);
    }

    /**
     * Reads a snapshot from a file, of whatever format.
     *
     * @throws SnapshotFormatException if it is damaged, cut off, too large or no snapshot at all
     * @throws IOException if it cannot be read, in one line
     * @throws io.tracemalloc.spi.ProviderUnavailableException if there is no format to read
     */
    public static Snapshot load(Path file) throws IOException {
        return SnapshotFiles.load(file);
    }

    private boolean estimated(GroupBy groupBy, boolean cumulative, Metric metric) {
        return switch (columns.exactness(metric)) {
            case EXACT -> false;
            case ESTIMATED -> true;
            case EXACT_BY_CALLER, EXACT_BY_SITE ->
                cumulative || groupBy == GroupBy.TRACEBACK || groupBy.provider().isPresent();
        };
    }

    private Metric require(Metric metric) {
        if (!has(metric)) {
            throw missing("snapshot", this, metric);
        }
        return metric;
    }

    private static IllegalArgumentException missing(String which, Snapshot snapshot, Metric metric) {
        String has = snapshot.metrics().stream().map(Metric::label).collect(Collectors.joining(", "));
        return new IllegalArgumentException("the " + which + " has no values for " + metric.label() + ", only for "
                + (has.isEmpty() ? "none" : has));
    }

    private static void requireCumulative(GroupBy groupBy, boolean cumulative) {
        if (cumulative && !groupBy.supportsCumulative()) {
            throw new IllegalArgumentException(
                    "cumulative works with line, file, method and package, not with " + groupBy.name());
        }
    }

    /** The number of traces and the recorded metrics. */
    @Override
    public String toString() {
        return "Snapshot of " + columns.recordCount() + " traces at " + info.time();
    }
}
