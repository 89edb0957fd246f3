package io.tracemalloc.cli;

import io.tracemalloc.Metric;
import io.tracemalloc.spi.SnapshotRequest;
import io.tracemalloc.statistic.GroupBy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code top TARGET}: a JVM's allocations as they happen. */
@Command(
        name = "top",
        header = "Watch which lines, classes, ... of a running JVM allocate and hold the most.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc top 4711",
            "  tracemalloc top web-1:9000 --group-by class --sort live --every 5s",
            "  tracemalloc top 4711 --filter 'class=byte[[]]'",
            "  tracemalloc top 4711 --frames 3 --every 10s > frames.txt",
            "",
            "On a terminal, ? tells the keys. Elsewhere, or with --frames, the screens come as text.",
        })
final class TopCommand implements Callable<Integer> {

    private final Terminal terminal;

    /** Connects in another way than by the options; for tests. */
    private final Optional<Connector> connector;

    @Option(
            names = "--group-by",
            paramLabel = "KEY",
            converter = GroupConverter.class,
            completionCandidates = GroupNames.class,
            description = "line, class, method or package. Default: line.")
    private GroupBy groupBy = GroupBy.LINE;

    @Option(
            names = "--sort",
            paramLabel = "COLUMN",
            converter = SortConverter.class,
            completionCandidates = SortNames.class,
            description =
                    "bytes or blocks (allocated per second), live, count (of live blocks) or name. Default: bytes.")
    private TopSort sort = TopSort.BYTES;

    @Option(
            names = "--filter",
            paramLabel = "SPEC",
            description = "Show rows whose name has this in it; with an equals sign, count only traces that match,"
                    + " as --include of stats has it.")
    private String filter = "";

    @Option(
            names = "--every",
            paramLabel = "DURATION",
            converter = Spans.DurationConverter.class,
            description = "Time between two screens. Default: 2s.")
    private Duration every = Duration.ofSeconds(2);

    @Option(
            names = "--frames",
            paramLabel = "N",
            description = "Print N screens as text, and end. Default: 1 where standard output is no terminal.")
    private @Nullable Integer frames;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Print at most N rows of each screen that is text, 0 = all. Default: 20.")
    private int limit = 20;

    @Option(names = "--gc", description = "Have the JVM collect garbage before each screen, so that live is fresh.")
    private boolean gc;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(paramLabel = "TARGET", description = "A process id, or an address.")
    private String target = "";

    TopCommand(Terminal terminal) {
        this(terminal, Optional.empty());
    }

    TopCommand(Terminal terminal, Optional<Connector> connector) {
        this.terminal = terminal;
        this.connector = connector;
    }

    @Override
    public Integer call() {
        checkOptions();
        TopState state = TopState.of(groupBy, sort, filter);
        boolean interactive = frames == null && terminal.outIsTerminal() && Terminal.isTerminal(0);
        try (TopSource source = connect()) {
            if (interactive) {
                TopScreens.run(target, source, every, state);
            } else {
                printFrames(source, state);
            }
            return ExitStatus.DONE;
        } catch (IOException e) {
            throw RemoteTargets.failure(target, e);
        }
    }

    private void checkOptions() {
        RowOptions.checkLimit(limit);
        if (frames != null && frames < 1) {
            throw CommandFailure.usage("--frames must be 1 or more, got " + frames);
        }
        String problem = TopState.problemOf(filter);
        if (!problem.isEmpty()) {
            throw CommandFailure.usage("--filter " + filter + ": " + problem);
        }
    }

    private TopSource connect() throws IOException {
        SnapshotRequest request = new SnapshotRequest(gc, Metric.ALLOCATED, Duration.ZERO);
        Connector by = connector.orElseGet(() -> to -> RemoteTargets.connect(to, connection.settings(), terminal));
        return new TopSource(by.connect(target), request);
    }

    /** The first sample only tells what was before. Ends early, with what there is, on SIGINT and SIGTERM. */
    private void printFrames(TopSource source, TopState state) throws IOException {
        CountDownLatch ended = new CountDownLatch(1);
        SignalTrap trap = SignalTrap.install(List.of("INT", "TERM"), name -> ended.countDown());
        try {
            source.next();
            int wanted = frames == null ? 1 : frames;
            for (int frame = 0; frame < wanted && !waited(ended); frame++) {
                print(TopModels.of(target, Optional.of(source.next()), "", state), frame > 0);
            }
        } finally {
            trap.close();
        }
    }

    /** Whether the end came before the time for the next screen. */
    private boolean waited(CountDownLatch ended) {
        try {
            return ended.await(every.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void print(TopModel model, boolean further) {
        int rows =
                limit == 0 ? model.rows().size() : Math.min(limit, model.rows().size());
        if (further) {
            terminal.out().println();
        }
        // As wide as the names are.
        for (TopScreen.Line line : TopScreen.render(
                        model, Integer.MAX_VALUE, TopScreen.HEADING + rows + TopScreen.FOOTING)
                .subList(0, TopScreen.HEADING + rows)) {
            terminal.out().println(line.text());
        }
        terminal.out().flush();
    }

    /** The words after {@code --group-by}. */
    static final class GroupNames extends ArrayList<String> {

        private static final long serialVersionUID = 1L;

        GroupNames() {
            super(TopState.GROUPS.stream().map(GroupBy::name).toList());
        }
    }

    /** Reads them. */
    static final class GroupConverter implements ITypeConverter<GroupBy> {

        @Override
        public GroupBy convert(String value) {
            return TopState.GROUPS.stream()
                    .filter(each -> each.name().equals(value))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "must be one of " + String.join(", ", new GroupNames()) + ", got '" + value + "'"));
        }
    }

    /** The words after {@code --sort}. */
    static final class SortNames extends ArrayList<String> {

        private static final long serialVersionUID = 1L;

        SortNames() {
            super(Arrays.stream(TopSort.values()).map(TopSort::label).toList());
        }
    }

    /** Reads them. */
    static final class SortConverter implements ITypeConverter<TopSort> {

        @Override
        public TopSort convert(String value) {
            return Arrays.stream(TopSort.values())
                    .filter(each -> each.label().equals(value))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "must be one of " + String.join(", ", new SortNames()) + ", got '" + value + "'"));
        }
    }
}
