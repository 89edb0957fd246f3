package io.tracemalloc.cli;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.SizeFormat;
import io.tracemalloc.statistic.StatisticDiff;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code diff OLD NEW}: what grew and what shrank, and a check of it. */
@Command(
        name = "diff",
        header = "Print what grew and what shrank from one snapshot to another.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc diff before.pb.gz after.pb.gz",
            "  tracemalloc diff before.pb.gz after.pb.gz --group-by class --metric live",
            "  tracemalloc diff main.pb.gz branch.pb.gz --fail-on 'grew>5%%' --fail-on 'size>+10m'",
            "",
            "--fail-on takes [total-](size|count)>[+]N[k|m|g|%%]: a value of NEW, or with + the growth",
            "from OLD to NEW; of any group, or with total- of all together. The exit status is then 1.",
        })
final class DiffCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private AnalysisOptions analysis = new AnalysisOptions();

    @Mixin
    private RowOptions rows = new RowOptions();

    @Option(
            names = "--fail-on",
            paramLabel = "EXPR",
            description = "Exit with status 1 if this holds, such as 'size>+10m', 'count>1000' or 'grew>10%%'.")
    private List<String> failOn = new ArrayList<>();

    @Parameters(index = "0", paramLabel = "OLD", description = "The earlier snapshot.")
    private String oldTarget = "";

    @Parameters(
            index = "1",
            paramLabel = "NEW",
            description = "The later snapshot: a file, a process id, or an address.")
    private String newTarget = "";

    DiffCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        GroupBy groupBy = rows.groupBy();
        List<Filter> filters = analysis.filters(oldTarget, newTarget);
        List<FailOn> checks = failOn.stream().map(DiffCommand::parse).toList();
        Snapshot wholeOld = analysis.load(oldTarget, terminal);
        Snapshot wholeNew = analysis.load(newTarget, terminal);
        Metric metric = analysis.metric(wholeNew, newTarget);
        AnalysisOptions.require(wholeOld, oldTarget, metric);
        Snapshot before = Progress.during(terminal, "filtering", () -> analysis.select(wholeOld, filters));
        Snapshot after = Progress.during(terminal, "filtering", () -> analysis.select(wholeNew, filters));
        List<StatisticDiff> diffs = Progress.during(
                terminal, "comparing", () -> after.compareTo(before, groupBy, rows.cumulative(), metric));
        FailOn.Totals totals = totals(metric, before, after);
        boolean estimated = diffs.stream().anyMatch(StatisticDiff::estimated);
        print(groupBy, metric, diffs, estimated);
        Notes.afterRows(
                terminal, diffs.size(), estimated, after.exactness(metric).and(before.exactness(metric)));
        Notes.lossesOf(terminal, oldTarget, wholeOld.columns());
        Notes.lossesOf(terminal, newTarget, wholeNew.columns());
        noteRest(metric, diffs.size() - rows.limit(diffs.size()), totals);
        return check(checks, diffs, totals);
    }

    static FailOn parse(String text) {
        try {
            return FailOn.parse(text);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--fail-on " + Messages.of(e));
        }
    }

    private void print(GroupBy groupBy, Metric metric, List<StatisticDiff> diffs, boolean estimated) {
        List<Report.Row> printed = diffs.stream()
                .limit(rows.limit(diffs.size()))
                .map(Report.Row::of)
                .toList();
        Report report = new Report(true, groupBy.name(), rows.cumulative(), metric, estimated, printed);
        terminal.printBeforeCheck(() -> rows.format().write(report, terminal));
    }

    private void noteRest(Metric metric, int rest, FailOn.Totals totals) {
        if (rest > 0) {
            terminal.note(Messages.counted(rest, "other") + "; total " + metric.label() + ": "
                    + SizeFormat.format(totals.size()) + " (" + SizeFormat.formatDiff(totals.sizeDiff()) + ") in "
                    + Messages.counted(totals.count(), "block"));
        }
    }

    private static FailOn.Totals totals(Metric metric, Snapshot before, Snapshot after) {
        long size = after.totalBytes(metric);
        long count = after.totalCount(metric);
        return new FailOn.Totals(size, size - before.totalBytes(metric), count, count - before.totalCount(metric));
    }

    private int check(List<FailOn> checks, List<StatisticDiff> diffs, FailOn.Totals totals) {
        int status = ExitStatus.DONE;
        for (FailOn check : checks) {
            Optional<String> violation = check.violation(diffs, totals);
            if (violation.isPresent()) {
                terminal.note("check failed: " + violation.get());
                status = ExitStatus.CHECK_FAILED;
            }
        }
        return status;
    }
}
