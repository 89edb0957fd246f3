package io.tracemalloc.cli;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.SizeFormat;
import io.tracemalloc.statistic.Statistic;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code stats TARGET}: the groups that hold the most. */
@Command(
        name = "stats",
        header = "Print which lines, files, classes, ... hold or allocate the most.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc stats app.pb.gz",
            "  tracemalloc stats app.pb.gz --app --metric allocated",
            "  tracemalloc stats app.pb.gz --group-by class --limit 0 --format csv > classes.csv",
            "  tracemalloc stats app.pb.gz --include 'com/acme/*' --exclude class='byte[[]]'",
        })
final class StatsCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private AnalysisOptions analysis = new AnalysisOptions();

    @Mixin
    private RowOptions rows = new RowOptions();

    @Parameters(
            paramLabel = "TARGET",
            description = "A snapshot file, any pprof heap profile, a process id, or an address.")
    private String target = "";

    StatsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        GroupBy groupBy = rows.groupBy();
        List<Filter> filters = analysis.filters(target);
        Snapshot whole = analysis.load(target, terminal);
        Metric metric = analysis.metric(whole, target);
        AnalysisOptions.requireThreads(whole, target, groupBy);
        Snapshot snapshot = Progress.during(terminal, "filtering", () -> analysis.select(whole, filters));
        List<Statistic> statistics =
                Progress.during(terminal, "adding up", () -> snapshot.statistics(groupBy, rows.cumulative(), metric));
        List<Statistic> shown = statistics.subList(0, rows.limit(statistics.size()));
        boolean estimated = statistics.stream().anyMatch(Statistic::estimated);
        rows.format()
                .write(
                        new Report(
                                false,
                                groupBy.name(),
                                rows.cumulative(),
                                metric,
                                estimated,
                                shown.stream().map(Report.Row::of).toList()),
                        terminal);
        terminal.out().flush();
        Notes.afterRows(terminal, statistics.size(), estimated, snapshot.exactness(metric));
        Notes.losses(terminal, whole.columns());
        noteRest(snapshot, metric, statistics.subList(shown.size(), statistics.size()));
        return ExitStatus.DONE;
    }

    private void noteRest(Snapshot snapshot, Metric metric, List<Statistic> rest) {
        if (rest.isEmpty()) {
            return;
        }
        // A cumulative group holds parts of others: only the total can be added up.
        String size = rows.cumulative()
                ? ""
                : ": "
                        + SizeFormat.format(
                                rest.stream().mapToLong(Statistic::size).sum());
        terminal.note(Messages.counted(rest.size(), "other") + size + "; total " + metric.label() + ": "
                + SizeFormat.format(snapshot.totalBytes(metric)) + " in "
                + Messages.counted(snapshot.totalCount(metric), "block"));
    }
}
