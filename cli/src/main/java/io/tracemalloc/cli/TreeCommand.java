package io.tracemalloc.cli;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.cli.CallTree.Node;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.statistic.SizeFormat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tree TARGET}: the call tree, indented where it branches. */
@Command(
        name = "tree",
        header = "Print the call tree with what was allocated below each call.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc tree app.pb.gz",
            "  tracemalloc tree app.pb.gz --min-percent 5 --lines",
            "  tracemalloc tree app.pb.gz --inverted --include class='byte[[]]'",
            "",
            "A call that is the only one below its caller is not indented further.",
        })
final class TreeCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private AnalysisOptions analysis = new AnalysisOptions();

    @Option(
            names = "--min-percent",
            paramLabel = "P",
            description = "Leave out calls below this share of everything. Default: 1.")
    private double minPercent = 1;

    @Option(names = "--depth", paramLabel = "N", description = "Print at most N levels, 0 = all. Default: 0.")
    private int depth;

    @Option(names = "--lines", description = "Tell the lines of a method apart.")
    private boolean lines;

    @Option(names = "--inverted", description = "Begin at the allocation sites and branch into their callers.")
    private boolean inverted;

    @Parameters(
            paramLabel = "TARGET",
            description = "A snapshot file, any pprof heap profile, a process id, or an address.")
    private String target = "";

    /** What is still to be printed, the next on top. */
    private final Deque<Item> pending = new ArrayDeque<>();

    /** A node, or words about left-out ones, at its place in the tree. */
    private record Item(String label, long bytes, long count, List<Node> children, int indent, int level) {}

    TreeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (!(minPercent >= 0 && minPercent <= 100)) {
            throw CommandFailure.usage("--min-percent must be in 0..100, got " + minPercent);
        }
        if (depth < 0) {
            throw CommandFailure.usage("--depth must be 0 or more, got " + depth);
        }
        List<Filter> filters = analysis.filters(target);
        Snapshot whole = analysis.load(target, terminal);
        Metric metric = analysis.metric(whole, target);
        Snapshot snapshot = analysis.select(whole, filters);
        Node root = CallTree.of(snapshot.columns(), metric, lines ? CallTree.Key.LINE : CallTree.Key.METHOD, inverted);
        print(root);
        terminal.out().flush();
        boolean estimated = root.count() > 0 && snapshot.exactness(metric) != Exactness.EXACT;
        noteCut(root, snapshot.tracebackLimit());
        Notes.afterRows(terminal, root.children().size(), estimated, snapshot.exactness(metric));
        Notes.losses(terminal, whole.columns());
        return ExitStatus.DONE;
    }

    private void print(Node root) {
        Style style = new Style(terminal.coloursOut());
        terminal.out().println(style.faint(line("size", "share", "blocks", "call")));
        pending.push(new Item(root.label(), root.bytes(), root.count(), root.children(), 0, 0));
        while (!pending.isEmpty()) {
            Item item = pending.pop();
            terminal.out()
                    .println(line(
                            SizeFormat.format(item.bytes()),
                            Messages.percent(item.bytes(), root.bytes()),
                            Messages.number(item.count()),
                            "  ".repeat(item.indent()) + Messages.oneLine(item.label())));
            pushChildren(item, root.bytes());
        }
    }

    private void noteCut(Node root, int limit) {
        for (Node child : root.children()) {
            if (child.label().equals(CallTree.CUT) && child.bytes() * 2 > root.bytes()) {
                terminal.note("most tracebacks were cut at " + Messages.counted(limit, "frame")
                        + "; --inverted begins at their other end");
            }
        }
    }

    private static String line(String size, String share, String blocks, String call) {
        return Messages.right(size, 10) + "  " + Messages.right(share, 7) + "  " + Messages.right(blocks, 15) + "  "
                + call;
    }

    private void pushChildren(Item parent, long total) {
        if (parent.children().isEmpty() || (depth > 0 && parent.level() >= depth)) {
            return;
        }
        List<Node> shown = new ArrayList<>();
        long hiddenBytes = 0;
        long hiddenCount = 0;
        for (Node child : parent.children()) {
            if (child.bytes() * 100.0 >= minPercent * total) {
                shown.add(child);
            } else {
                hiddenBytes += child.bytes();
                hiddenCount += child.count();
            }
        }
        int hidden = parent.children().size() - shown.size();
        boolean chain = shown.size() == 1 && hidden == 0 && parent.level() > 0;
        int indent = parent.indent() + (chain ? 0 : 1);
        // Where all calls below are small, the line above says it all.
        if (hidden > 0 && !shown.isEmpty() && hiddenBytes * 100.0 >= minPercent * total) {
            pending.push(new Item(
                    "(" + Messages.counted(hidden, "smaller call") + ")",
                    hiddenBytes,
                    hiddenCount,
                    List.of(),
                    indent,
                    parent.level() + 1));
        }
        for (int i = shown.size() - 1; i >= 0; i--) {
            Node child = shown.get(i);
            pending.push(new Item(
                    child.label(), child.bytes(), child.count(), child.children(), indent, parent.level() + 1));
        }
    }
}
