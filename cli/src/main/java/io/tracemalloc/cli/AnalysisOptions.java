package io.tracemalloc.cli;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.spi.SnapshotRequest;
import java.time.Duration;
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

    @Option(
            names = "--include",
            paramLabel = "SPEC",
            description = "Keep only traces that match any of these: file=GLOB, line=N, class=GLOB, method=GLOB,"
                    + " thread=GLOB, host=GLOB, domain=N and all-frames, joined by commas. A bare GLOB is a file's.")
    private List<String> include = new ArrayList<>();

    @Option(names = "--exclude", paramLabel = "SPEC", description = "Remove traces that match.")
    private List<String> exclude = new ArrayList<>();

    @Option(
            names = "--app",
            description = "Count each trace for its most recent frame outside the JDK and the libraries, instead of"
                    + " for the frame that allocated. Filters look at the result.")
    private boolean app;

    @Option(
            names = "--library",
            paramLabel = "GLOB",
            description = "Classes that --app counts as library, such as 'org.apache.*'.")
    private List<String> library = new ArrayList<>();

    @Option(names = "--gc", description = "Collect garbage first; for running processes only.")
    private boolean gc;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    /**
     * Parses what picocli could not know about; called before any target is read, so that wrong usage is told first.
     *
     * @param targets what the command will read
     */
    List<Filter> filters(String... targets) {
        if (!library.isEmpty() && !app) {
            throw CommandFailure.usage("--library says which classes --app leaves out; it needs --app");
        }
        if (gc && Arrays.stream(targets).noneMatch(Targets::isRunning)) {
            throw CommandFailure.usage("--gc needs a running process; a snapshot file holds what was live when it was"
                    + " written (snapshot-gc=true collects before that)");
        }
        List<Filter> filters = new ArrayList<>();
        include.forEach(spec -> filters.add(parse(true, spec)));
        exclude.forEach(spec -> filters.add(parse(false, spec)));
        return filters;
    }

    private static Filter parse(boolean inclusive, String spec) {
        try {
            return Filter.parse(inclusive, spec);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw CommandFailure.usage((inclusive ? "--include " : "--exclude ") + spec + ": " + Messages.of(e));
        }
    }

    /** The snapshot that a target stands for. */
    Snapshot load(String target, Terminal terminal) {
        SnapshotRequest request = new SnapshotRequest(gc, first(), Duration.ZERO);
        return Targets.load(target, request, connection.settings(), terminal);
    }

    private Metric first() {
        return metric == Metric.ALLOCATED ? Metric.ALLOCATED : Metric.LIVE;
    }

    /** The traces that the options ask for, at the frames that they ask for. */
    Snapshot select(Snapshot snapshot, List<Filter> filters) {
        Snapshot attributed = app ? snapshot.attributeToApplication(library) : snapshot;
        return filters.isEmpty() ? attributed : attributed.filter(filters);
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
