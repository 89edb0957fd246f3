package io.tracemalloc.cli;

import io.tracemalloc.Domain;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.spi.SnapshotColumns;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.Growth;
import io.tracemalloc.statistic.SizeFormat;
import io.tracemalloc.statistic.StatisticDiff;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code leaks TARGET...}: what lives on and grows. */
@Command(
        name = "leaks",
        header = "Print which lines hold more and more blocks that outlive garbage collections.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc leaks 1.pb.gz 2.pb.gz 3.pb.gz",
            "  tracemalloc leaks 1.pb.gz 4711 --gc --app --group-by traceback",
            "  tracemalloc leaks monday.pb.gz friday.pb.gz --survived 8 --fail-on 'size>+10m'",
            "",
            "Snapshots go from the oldest to the newest; one alone is ranked by what it holds. The standard",
            "error tells how far sampling alone moves a difference: what is within 1.96 of it is 'not",
            "significant'. --fail-on is that of diff, and looks at significant growth only; totals are sums of it.",
        })
final class LeaksCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private SelectionOptions selection = new SelectionOptions();

    @Mixin
    private RowOptions rows = new RowOptions();

    @Option(
            names = "--survived",
            paramLabel = "N",
            description = "Count only blocks that have survived N collections or more, rounded up to a power of two,"
                    + " and all outside the Java heap. Default: 1 where ages were recorded, else all live blocks.")
    private @Nullable Long survived;

    @Option(
            names = "--fail-on",
            paramLabel = "EXPR",
            description = "Exit with status 1 if this holds of what grew, such as 'size>+10m' or 'count>+1000'.")
    private List<String> failOn = new ArrayList<>();

    @Parameters(
            arity = "1..*",
            paramLabel = "TARGET",
            description = "Snapshot files, process ids or addresses, the oldest first.")
    private List<String> targets = new ArrayList<>();

    LeaksCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        GroupBy groupBy = rows.groupBy();
        if (survived != null && survived < 0) {
            throw CommandFailure.usage("--survived must be 0 or more, got " + survived);
        }
        List<Filter> filters = selection.filters(targets);
        List<FailOn> checks = failOn.stream().map(DiffCommand::parse).toList();
        List<Snapshot> whole = targets.stream().map(this::load).toList();
        OptionalLong collections = collections(whole);
        List<Snapshot> snapshots = Progress.during(
                terminal,
                "filtering",
                () -> whole.stream()
                        .map(snapshot -> select(snapshot, filters, collections))
                        .toList());
        Snapshot newest = snapshots.get(snapshots.size() - 1);
        List<Growth> groups = Progress.during(
                terminal,
                "comparing",
                () -> newest.growthSince(snapshots.subList(0, snapshots.size() - 1), groupBy, rows.cumulative()));
        List<Growth> grown =
                groups.stream().filter(group -> group.sizeDiff() > 0).toList();
        List<Growth> shown = grown.subList(0, rows.limit(grown.size()));
        Optional<Instant> bornBefore = collections.isPresent()
                ? whole.get(whole.size() - 1).allocatedBefore(collections.getAsLong())
                : Optional.empty();
        LeakReport report =
                new LeakReport(groupBy.name(), rows.cumulative(), snapshots.size(), collections, bornBefore, shown);
        terminal.printBeforeCheck(() -> report.write(rows.format(), terminal));
        note(whole, groups, grown, shown.size(), collections);
        if (!shown.isEmpty()) {
            boolean more = hasLiveOffHeap(newest.columns());
            bornBefore.ifPresent(time -> terminal.note("all" + (more ? " on the Java heap" : "")
                    + " were allocated before " + time + (more ? "; other memory counts whatever its age" : "")));
        }
        return check(checks, groups, () -> distinct(groups, snapshots, groupBy));
    }

    private Snapshot load(String target) {
        Snapshot snapshot = selection.load(target, Metric.LIVE, terminal);
        AnalysisOptions.require(snapshot, target, Metric.LIVE);
        return snapshot;
    }

    /** How many collections blocks must have survived; empty if all live blocks count, whatever their age. */
    private OptionalLong collections(List<Snapshot> snapshots) {
        for (int i = 0; i < snapshots.size(); i++) {
            if (!snapshots.get(i).hasAges()) {
                if (survived != null && survived > 0) {
                    throw CommandFailure.usage(targets.get(i) + ": has no ages of live blocks, which --survived asks"
                            + " for; without it leaks looks at all live blocks");
                }
                return OptionalLong.empty();
            }
        }
        long wanted = survived == null ? 1 : survived;
        return wanted == 0 ? OptionalLong.empty() : OptionalLong.of(wanted);
    }

    private Snapshot select(Snapshot snapshot, List<Filter> filters, OptionalLong collections) {
        Snapshot old = collections.isPresent() ? snapshot.survivors(collections.getAsLong()) : snapshot;
        return selection.select(old, filters);
    }

    private static boolean hasLiveOffHeap(SnapshotColumns columns) {
        return IntStream.range(0, columns.recordCount())
                .anyMatch(
                        record -> columns.domain(record) != Domain.JAVA_HEAP && columns.bytes(record, Metric.LIVE) > 0);
    }

    private void note(
            List<Snapshot> whole, List<Growth> groups, List<Growth> grown, int shown, OptionalLong collections) {
        if (groups.isEmpty()) {
            terminal.note("no traces match");
        } else if (grown.isEmpty()) {
            terminal.note("nothing grew");
        }
        if (collections.isEmpty()) {
            terminal.note("all live blocks, young ones too" + (survived == null ? ": no ages were recorded" : ""));
        }
        if (groups.stream().anyMatch(group -> group.standardError() > 0)) {
            terminal.note("sizes and counts are estimated from samples");
        }
        if (grown.size() > shown) {
            List<Growth> rest = grown.subList(shown, grown.size());
            terminal.note(Messages.counted(rest.size(), "other") + ": +"
                    + SizeFormat.format(
                            rest.stream().mapToLong(Growth::sizeDiff).sum()) + ", "
                    + rest.stream().filter(Growth::grew).count() + " of them significant");
        }
        for (int i = 1; i < whole.size(); i++) {
            if (whole.get(i).info().time().isBefore(whole.get(i - 1).info().time())) {
                terminal.note(targets.get(i) + " is older than " + targets.get(i - 1) + "; the oldest goes first");
            }
        }
        for (int i = 0; i < whole.size(); i++) {
            Notes.lossesOf(terminal, targets.get(i), whole.get(i).columns());
        }
    }

    /** Groups that can be added up: a cumulative one holds parts of others. */
    private List<Growth> distinct(List<Growth> groups, List<Snapshot> snapshots, GroupBy groupBy) {
        int last = snapshots.size() - 1;
        return rows.cumulative() ? snapshots.get(last).growthSince(snapshots.subList(0, last), groupBy, false) : groups;
    }

    private int check(List<FailOn> checks, List<Growth> groups, Supplier<List<Growth>> distinct) {
        if (checks.isEmpty()) {
            return ExitStatus.DONE;
        }
        List<StatisticDiff> grown = grown(groups);
        FailOn.Totals totals = totals(grown(distinct.get()));
        int status = ExitStatus.DONE;
        for (FailOn check : checks) {
            Optional<String> violation = check.violation(grown, totals);
            if (violation.isPresent()) {
                terminal.note("check failed: " + violation.get());
                status = ExitStatus.CHECK_FAILED;
            }
        }
        return status;
    }

    private static List<StatisticDiff> grown(List<Growth> groups) {
        return groups.stream().filter(Growth::grew).map(LeakReport::difference).toList();
    }

    private static FailOn.Totals totals(List<StatisticDiff> grown) {
        return new FailOn.Totals(
                grown.stream().mapToLong(StatisticDiff::size).sum(),
                grown.stream().mapToLong(StatisticDiff::sizeDiff).sum(),
                grown.stream().mapToLong(StatisticDiff::count).sum(),
                grown.stream().mapToLong(StatisticDiff::countDiff).sum());
    }
}
