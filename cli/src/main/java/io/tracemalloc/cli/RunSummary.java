package io.tracemalloc.cli;

import io.tracemalloc.Domain;
import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.internal.analysis.ProgramClasses;
import io.tracemalloc.spi.SnapshotColumns;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.SizeFormat;
import io.tracemalloc.statistic.Statistic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** What {@code run} prints when the command has ended: totals, and who allocated most. */
final class RunSummary {

    private static final int ROWS = 10;

    private final Snapshot snapshot;
    private final long totalBytes;
    private final Snapshot heap;
    private final long heapBytes;
    private final List<String> lines = new ArrayList<>();

    private RunSummary(Snapshot snapshot) {
        this.snapshot = snapshot;
        this.totalBytes = snapshot.totalBytes(Metric.ALLOCATED);
        this.heap = snapshot.filter(Filter.domain(true, Domain.JAVA_HEAP));
        this.heapBytes = heap.totalBytes(Metric.ALLOCATED);
    }

    /**
     * The lines of the summary.
     *
     * @param snapshot the records of all JVMs of the run; it has allocated values
     * @param jvms how many JVMs that were
     * @param library globs of classes that do not count as the program's own
     */
    static List<String> lines(Snapshot snapshot, int jvms, Duration elapsed, Collection<String> library) {
        RunSummary summary = new RunSummary(snapshot);
        summary.totals(jvms, elapsed);
        summary.losses();
        summary.ownLines(library);
        summary.classes();
        return summary.lines;
    }

    private void totals(int jvms, Duration elapsed) {
        lines.add(SizeFormat.format(totalBytes) + " in "
                + Messages.counted(snapshot.totalCount(Metric.ALLOCATED), "block") + " allocated by "
                + Messages.counted(jvms, "JVM") + " in "
                + String.format(Locale.ROOT, "%.1f s", elapsed.toMillis() / 1000.0)
                + (snapshot.exactness(Metric.ALLOCATED) == Exactness.ESTIMATED ? " (estimated from samples)" : ""));
    }

    private void losses() {
        SnapshotColumns columns = snapshot.columns();
        OptionalLong unattributed = Attributes.number(columns, "unattributed_bytes");
        if (unattributed.isPresent()) {
            long bytes = unattributed.getAsLong();
            // Of what the heap got in the same time: its accounts may have been opened after the first blocks.
            long all = Attributes.number(columns, "heap_allocated_bytes").orElse(bytes + heapBytes);
            lines.add("unattributed: " + SizeFormat.format(bytes) + " (" + Messages.percent(bytes, Math.max(bytes, all))
                    + (bytes > 0 && all < heapBytes - heapBytes / 10 ? span(all) : "") + ")");
        }
        Attributes.number(columns, "removed_by_jit_bytes").ifPresent(bytes -> {
            if (bytes > 0) {
                lines.add("removed by the JIT (at least): " + SizeFormat.format(bytes));
            }
        });
        lines.addAll(Notes.losses(columns));
    }

    /* Else a large part of little looks as if it were of the whole. */
    private static String span(long bytes) {
        return " of the " + SizeFormat.format(bytes) + " since the heap's accounts were opened";
    }

    private void ownLines(Collection<String> library) {
        Snapshot attributed = snapshot.attributeToApplication(library);
        List<Statistic> statistics = attributed.statistics(GroupBy.LINE, false, Metric.ALLOCATED);
        ProgramClasses program = new ProgramClasses(library);
        List<Statistic> own = statistics.stream()
                .filter(line -> program.contain(line.traceback().site().className()))
                .toList();
        if (own.isEmpty()) {
            table("lines that allocate most", snapshot.statistics(GroupBy.LINE, false, Metric.ALLOCATED));
        } else {
            table("lines of the program that allocate most, with what libraries allocate for them", own);
            rest(own);
        }
    }

    /** What the JVM allocates for itself, and libraries where no sample told for whom. */
    private void rest(List<Statistic> own) {
        long bytes = totalBytes - own.stream().mapToLong(Statistic::size).sum();
        long count = snapshot.totalCount(Metric.ALLOCATED)
                - own.stream().mapToLong(Statistic::count).sum();
        if (bytes > 0) {
            row(bytes, count, "for no known line of the program");
        }
    }

    private void classes() {
        table("classes allocated most", heap.statistics(GroupBy.CLASS, false, Metric.ALLOCATED));
        long bytes = totalBytes - heapBytes;
        if (bytes > 0) {
            long count = snapshot.totalCount(Metric.ALLOCATED) - heap.totalCount(Metric.ALLOCATED);
            row(bytes, count, "of no class: memory outside the Java heap");
        }
    }

    private void table(String title, List<Statistic> statistics) {
        List<Statistic> shown = statistics.subList(0, Math.min(ROWS, statistics.size()));
        if (shown.isEmpty()) {
            return;
        }
        boolean estimated = shown.stream().anyMatch(Statistic::estimated);
        lines.add("");
        lines.add(title + (estimated ? " (estimated):" : ":"));
        for (Statistic row : shown) {
            row(row.size(), row.count(), row.key().isEmpty() ? "<unknown>" : row.key());
        }
    }

    private void row(long bytes, long count, String what) {
        lines.add(Messages.right(SizeFormat.format(bytes), 10) + ' '
                + Messages.right(Messages.percent(bytes, totalBytes), 8) + ' '
                + Messages.right(Messages.number(count), 15) + "  " + what);
    }
}
