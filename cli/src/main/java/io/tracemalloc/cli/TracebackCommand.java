package io.tracemalloc.cli;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SourcePath;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.SizeFormat;
import io.tracemalloc.statistic.Statistic;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code traceback TARGET}: the biggest tracebacks in full, with source lines where they are at hand. */
@Command(
        name = "traceback",
        header = "Print the biggest tracebacks in full.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc traceback app.pb.gz",
            "  tracemalloc traceback app.pb.gz --limit 1 --source-path src/main/java",
            "  tracemalloc traceback app.pb.gz --include class='java.util.HashMap$Node[[]]' --frames 8",
        })
final class TracebackCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private AnalysisOptions analysis = new AnalysisOptions();

    @Option(names = "--limit", paramLabel = "N", description = "Print at most N tracebacks, 0 = all. Default: 3.")
    private int limit = 3;

    @Option(
            names = "--frames",
            paramLabel = "N",
            description = "Print the N most recent frames of each; -N the N oldest; 0 = all. Default: 0.")
    private int frames;

    @Option(names = "--oldest-first", description = "Print the oldest frame first, as Python does.")
    private boolean oldestFirst;

    @Option(
            names = "--source-path",
            paramLabel = "DIRS",
            description = "Roots of source trees, separated as in a class path. Repeatable.")
    private List<String> sourcePath = new ArrayList<>();

    @Parameters(
            paramLabel = "TARGET",
            description = "A snapshot file, any pprof heap profile, a process id, or an address.")
    private String target = "";

    TracebackCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        RowOptions.checkLimit(limit);
        SourcePath sources = new SourcePath(sourceRoots());
        List<Filter> filters = analysis.filters(target);
        Snapshot whole = analysis.load(target, terminal);
        Metric metric = analysis.metric(whole, target);
        Snapshot snapshot = analysis.select(whole, filters);
        List<Statistic> statistics = snapshot.statistics(GroupBy.TRACEBACK, false, metric);
        int shown = limit == 0 ? statistics.size() : Math.min(limit, statistics.size());
        for (int i = 0; i < shown; i++) {
            print(i, statistics.get(i), snapshot.totalBytes(metric), sources);
        }
        terminal.out().flush();
        boolean estimated = statistics.stream().limit(shown).anyMatch(Statistic::estimated);
        Notes.afterRows(terminal, statistics.size(), estimated, snapshot.exactness(metric));
        Notes.losses(terminal, whole.columns());
        return ExitStatus.DONE;
    }

    private List<Path> sourceRoots() {
        List<Path> roots = new ArrayList<>();
        for (String path : sourcePath) {
            for (String root : path.split(File.pathSeparator, -1)) {
                if (!Files.isDirectory(Path.of(root))) {
                    throw CommandFailure.input(root + ": no such directory (--source-path)");
                }
                roots.add(Path.of(root));
            }
        }
        return roots;
    }

    private void print(int index, Statistic statistic, long total, SourcePath sources) {
        Style style = new Style(terminal.coloursOut());
        if (index > 0) {
            terminal.out().println();
        }
        terminal.out()
                .println(style.bold(SizeFormat.format(statistic.size()) + " in "
                        + Messages.counted(statistic.count(), "block") + ", "
                        + Messages.percent(statistic.size(), total)));
        int cut = statistic.traceback().totalFrames()
                - statistic.traceback().frames().size();
        List<String> lines = new ArrayList<>(statistic.traceback().format(frames, !oldestFirst, sources));
        if (cut > 0 && frames == 0) {
            lines.add(oldestFirst ? 0 : lines.size(), "  ... " + Messages.counted(cut, "older frame"));
        }
        lines.forEach(line -> terminal.out().println(Messages.oneLine(line)));
    }
}
