package io.tracemalloc.cli;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.SnapshotColumns;
import io.tracemalloc.statistic.GroupBy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options of every command that analyses snapshots: which metric, which traces, whose line. */
final class AnalysisOptions {

    @Option(
            names = "--metric",
            paramLabel = "METRIC",
            converter = MetricConverter.class,
            completionCandidates = MetricNames.class,
            description = "live, allocated, freed, peak or temporary. Default: the one that the file puts first.")
    private @Nullable Metric metric;

    @Mixin
    private SelectionOptions selection = new SelectionOptions();

    /**
     * Parses what picocli could not know about; called before any target is read, so that wrong usage is told first.
     *
     * @param targets what the command will read
     */
    List<Filter> filters(String... targets) {
        return selection.filters(List.of(targets));
    }

    /** The snapshot that a target stands for. */
    Snapshot load(String target, Terminal terminal) {
        return selection.load(target, metric == Metric.ALLOCATED ? Metric.ALLOCATED : Metric.LIVE, terminal);
    }

    /** The traces that the options ask for, at the frames that they ask for. */
    Snapshot select(Snapshot snapshot, List<Filter> filters) {
        return selection.select(snapshot, filters);
    }

    /** The metric that was asked for, or the snapshot's default; fails if the snapshot lacks it. */
    Metric metric(Snapshot snapshot, String target) {
        Metric chosen = metric == null ? snapshot.defaultMetric() : metric;
        require(snapshot, target, chosen);
        return chosen;
    }

    /** Fails, naming what there is, if the snapshot lacks the metric. */
    static void require(Snapshot snapshot, String target, Metric metric) {
        if (!snapshot.has(metric)) {
            throw CommandFailure.usage(target + ": has no " + metric.label() + " values; it has " + names(snapshot));
        }
    }

    /** Fails if the rows would be one that says nothing: no thread was recorded. */
    static void requireThreads(Snapshot snapshot, String target, GroupBy groupBy) {
        if (groupBy.name().equals(GroupBy.THREAD.name()) && hasNoThreads(snapshot.columns())) {
            throw CommandFailure.usage(target + ": has no threads; they are recorded with threads=true");
        }
    }

    private static boolean hasNoThreads(SnapshotColumns columns) {
        for (int record = 0; record < columns.recordCount(); record++) {
            if (columns.thread(record) != AllocationSink.NO_THREAD) {
                return false;
            }
        }
        return columns.recordCount() > 0;
    }

    private static String names(Snapshot snapshot) {
        String names = snapshot.metrics().stream().map(Metric::label).collect(Collectors.joining(", "));
        return names.isEmpty() ? "none" : names;
    }

    /** The words after {@code --metric}. */
    static final class MetricNames extends ArrayList<String> {

        private static final long serialVersionUID = 1L;

        MetricNames() {
            super(Arrays.stream(Metric.values()).map(Metric::label).toList());
        }
    }

    /** Reads them. */
    static final class MetricConverter implements ITypeConverter<Metric> {

        @Override
        public Metric convert(String value) {
            for (Metric metric : Metric.values()) {
                if (metric.label().equals(value.toLowerCase(Locale.ROOT))) {
                    return metric;
                }
            }
            throw new TypeConversionException(
                    "must be one of " + String.join(", ", new MetricNames()) + ", got '" + value + "'");
        }
    }
}
