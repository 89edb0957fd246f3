package io.tracemalloc.cli;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.spi.SnapshotRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every command that reads snapshots: how to get at them, which traces, whose line. */
final class SelectionOptions {

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
    List<Filter> filters(List<String> targets) {
        if (!library.isEmpty() && !app) {
            throw CommandFailure.usage("--library says which classes --app leaves out; it needs --app");
        }
        if (gc && targets.stream().noneMatch(Targets::isRunning)) {
            throw CommandFailure.usage("--gc needs a running process; a snapshot file holds what was live when it was"
                    + " written (snapshot-gc=true collects before that)");
        }
        if (targets.stream().noneMatch(Targets::isRunning)) {
            connection.settings().keySet().stream().findFirst().ifPresent(name -> {
                throw CommandFailure.usage("--" + name + " is for running targets, not for snapshot files");
            });
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

    /**
     * The snapshot that a target stands for.
     *
     * @param first the metric that a running process puts first, live or allocated
     */
    Snapshot load(String target, Metric first, Terminal terminal) {
        SnapshotRequest request = new SnapshotRequest(gc, first, Duration.ZERO);
        return Targets.load(target, request, connection.settings(), terminal);
    }

    /** The traces that the options ask for, at the frames that they ask for. */
    Snapshot select(Snapshot snapshot, List<Filter> filters) {
        Snapshot attributed = app ? snapshot.attributeToApplication(library) : snapshot;
        return filters.isEmpty() ? attributed : attributed.filter(filters);
    }
}
