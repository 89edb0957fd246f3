package io.tracemalloc.cli;

import io.tracemalloc.Metric;
import io.tracemalloc.spi.SnapshotRequest;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.Security;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code collect TARGET...}: snapshots of many JVMs, again and again, into one directory and on to a database. */
@Command(
        name = "collect",
        header = "Collect the snapshots of many JVMs in a directory, once or at intervals.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc collect -o snapshots 4711 4712 web-1:9000",
            "  tracemalloc collect -o snapshots --targets jvms.txt --every 1m --keep 60 --merge all.pb.gz",
            "  tracemalloc collect -o snapshots --dns web.prod.svc:9000 --every 30s --keep-for 1d",
            "  tracemalloc collect -o snapshots --targets jvms.txt --every 15s --keep 1 \\",
            "      --forward http://pyroscope:4040 --forward-name shop",
            "",
            "A target that cannot be reached, or hangs, holds up no other; it is tried again on a schedule of",
            "its own. SIGINT and SIGTERM end it. Exit status: 0; 3 if a target was not reached, with --every if",
            "none ever was.",
        })
final class CollectCommand implements Callable<Integer> {

    private static final int TRIES = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PATIENCE_ON_SIGNAL = Duration.ofSeconds(5);

    /** Short, so that names are resolved anew in each round. */
    private static final String DNS_CACHE_SECONDS = "1";

    private final Terminal terminal;

    /** Connects in another way than by the options; for tests. */
    private final Optional<Connector> connector;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "DIR",
            description = "Write the snapshots there, as TARGET-TIME.pb.gz; it is created if it does not exist.")
    private Path output = Path.of("");

    @Option(
            names = "--targets",
            paramLabel = "FILE",
            description = "Further targets, one a line; # begins a comment. Read anew in each round.")
    private @Nullable Path targetFile;

    @Option(
            names = "--dns",
            paramLabel = "NAME:PORT",
            description = "Every address that NAME has, looked up anew in each round. Repeatable.")
    private List<String> dns = new ArrayList<>();

    @Option(
            names = "--every",
            paramLabel = "DURATION",
            converter = Spans.DurationConverter.class,
            description = "Collect at this interval until ended. Default: once.")
    private @Nullable Duration every;

    @Option(names = "--rounds", paramLabel = "N", description = "End after N rounds. Default: with --every, never.")
    private int rounds;

    @Option(names = "--parallel", paramLabel = "N", description = "Ask at most N targets at the same time. Default: 8.")
    private int parallel = 8;

    @Option(
            names = "--deadline",
            paramLabel = "DURATION",
            converter = Spans.DurationConverter.class,
            description = "Give up a target that has not sent its whole snapshot within this time. Default: 30s.")
    private Duration deadline = Duration.ofSeconds(30);

    @Option(names = "--gc", description = "Have each JVM collect garbage first, so that live values are fresh.")
    private boolean gc;

    @Option(
            names = "--keep",
            paramLabel = "N",
            description = "Keep the newest N snapshots of each target. Default: all.")
    private int keep;

    @Option(
            names = "--keep-for",
            paramLabel = "DURATION",
            converter = Spans.DurationConverter.class,
            description = "Delete snapshots that are older. Default: never.")
    private Duration keepFor = Duration.ZERO;

    @Option(
            names = "--merge",
            paramLabel = "FILE",
            description = "After each round, write the sum of its snapshots there, with the targets as hosts.")
    private @Nullable String merge;

    @Option(
            names = "--forward",
            paramLabel = "URL",
            description = "Send each snapshot to a profile database, too: POST URL/ingest, as Pyroscope has it.")
    private @Nullable String forward;

    @Option(
            names = "--forward-name",
            paramLabel = "NAME",
            description =
                    "What the database calls the program; the target becomes its label host. Default: tracemalloc.")
    private String forwardName = "tracemalloc";

    @Option(
            names = "--forward-auth",
            paramLabel = "FILE",
            description = "Has the line 'Bearer TOKEN' or 'Basic USER:PASSWORD', and headers 'NAME: VALUE'.")
    private @Nullable Path forwardAuth;

    @Option(
            names = "--forward-queue",
            paramLabel = "BYTES",
            converter = Spans.SizeConverter.class,
            description = "How much may wait on disk for the database; then the oldest is dropped. Default: 256m.")
    private long forwardQueue = 256L << 20;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(arity = "0..*", paramLabel = "TARGET", description = "Process ids and addresses.")
    private List<String> targets = new ArrayList<>();

    CollectCommand(Terminal terminal) {
        this(terminal, Optional.empty());
    }

    CollectCommand(Terminal terminal, Optional<Connector> connector) {
        this.terminal = terminal;
        this.connector = connector;
    }

    @Override
    public Integer call() {
        checkOptions();
        Optional<Path> sum = Optional.ofNullable(merge).map(file -> OutputFile.check(file, "--merge"));
        Optional<Forwarder.Destination> destination =
                Optional.ofNullable(forward).map(this::destination);
        checkTargetFile();
        Outages outages = new Outages(terminal);
        try (SnapshotDirectory directory = openDirectory()) {
            Optional<Forwarding> forwarding = destination.isPresent()
                    ? Optional.of(Forwarding.start(
                            destination.get(), directory.path().resolve(".forward"), forwardQueue, outages, terminal))
                    : Optional.empty();
            return collect(directory, sum, forwarding, outages);
        } catch (IOException e) {
            throw CommandFailure.input(output + ": " + Messages.of(e));
        }
    }

    private void checkOptions() {
        require(parallel >= 1, "--parallel must be 1 or more, got " + parallel);
        require(keep >= 0, "--keep must be 0 or more, got " + keep);
        require(rounds >= 0, "--rounds must be 0 or more, got " + rounds);
        require(rounds <= 1 || every != null, "--rounds needs --every: how long to wait between two rounds");
        require(
                !targets.isEmpty() || targetFile != null || !dns.isEmpty(),
                "nothing to collect from: name a TARGET, --targets FILE or --dns NAME:PORT");
        require(forward != null || forwardAuth == null, "--forward-auth is for --forward URL, which is missing");
        require(
                forwardName.matches("[A-Za-z0-9._-]+"),
                "--forward-name must be letters, digits and . _ -, got " + forwardName);
        dns.forEach(TargetList::requireName);
        if (connector.isEmpty()) {
            targets.forEach(target -> require(
                    RemoteTargets.isRunning(target),
                    target + ": is neither a process id nor an address (host:port, https://..., unix:/path)"));
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw CommandFailure.usage(otherwise);
        }
    }

    private void checkTargetFile() {
        if (targetFile != null) {
            try {
                TargetList.read(targetFile);
            } catch (IOException e) {
                throw CommandFailure.input(targetFile + ": " + Messages.of(e));
            }
        }
    }

    private Forwarder.Destination destination(String url) {
        URI parsed;
        try {
            parsed = new URI(url);
        } catch (URISyntaxException e) {
            throw CommandFailure.usage("--forward must be a URL such as http://pyroscope:4040, got " + url);
        }
        String scheme = String.valueOf(parsed.getScheme()).toLowerCase(Locale.ROOT);
        require(
                List.of("http", "https").contains(scheme) && parsed.getHost() != null && parsed.getQuery() == null,
                "--forward must be a URL such as http://pyroscope:4040, got " + url);
        require(
                parsed.getUserInfo() == null,
                "--forward must not have a password in it: others see command lines;"
                        + " --forward-auth FILE takes it");
        return new Forwarder.Destination(parsed, forwardName, headers());
    }

    private Map<String, String> headers() {
        if (forwardAuth == null) {
            return Map.of();
        }
        try {
            return Credentials.read(forwardAuth);
        } catch (IOException e) {
            throw CommandFailure.input(forwardAuth + ": " + Messages.of(e));
        }
    }

    private SnapshotDirectory openDirectory() {
        try {
            return SnapshotDirectory.open(output);
        } catch (IOException e) {
            throw CommandFailure.input(output + ": cannot collect into it: " + Messages.of(e));
        }
    }

    private int collect(
            SnapshotDirectory directory, Optional<Path> sum, Optional<Forwarding> forwarding, Outages outages) {
        Security.setProperty("networkaddress.cache.ttl", DNS_CACHE_SECONDS);
        Security.setProperty("networkaddress.cache.negative.ttl", DNS_CACHE_SECONDS);
        TargetList list = new TargetList(targets, targetFile, dns, TargetList::resolve, outages);
        Collector.Plan plan = new Collector.Plan(
                every == null ? Duration.ofMinutes(1) : every,
                every == null ? 1 : rounds,
                parallel,
                deadline,
                every == null ? TRIES : 1);
        Collected collected =
                new Collected(directory, new Collected.Keep(keep, keepFor), sum, forwarding, plan.every(), terminal);
        Collector collector = new Collector(
                plan,
                list,
                connector.orElseGet(() -> new TargetConnector(connection.settings(), terminal)),
                new SnapshotRequest(gc, Metric.LIVE, Duration.ZERO),
                directory,
                outages,
                collected);
        Collector.Outcome outcome = untilSignalled(collector);
        collected.finish(collector.isStopped() ? PATIENCE_ON_SIGNAL : PATIENCE);
        summarise(outcome, forwarding);
        return status(outcome);
    }

    /** From its end on, a further signal ends the process as ever, whatever is still to be written. */
    private static Collector.Outcome untilSignalled(Collector collector) {
        SignalTrap trap = SignalTrap.install(List.of("INT", "TERM"), name -> collector.stop());
        try {
            return collector.run();
        } finally {
            trap.close();
        }
    }

    private void summarise(Collector.Outcome outcome, Optional<Forwarding> forwarding) {
        terminal.note("collected " + Messages.counted(outcome.snapshots(), "snapshot") + " ("
                + Messages.counted(outcome.bytes(), "byte") + ") of " + Messages.counted(outcome.targets(), "target")
                + " in " + Messages.counted(outcome.rounds(), "round")
                + (outcome.failedTries() == 0
                        ? ""
                        : "; " + Messages.number(outcome.failedTries())
                                + (outcome.failedTries() == 1 ? " try failed" : " tries failed")));
        outcome.failing().forEach((target, reason) -> terminal.note("not reached: " + target + " (" + reason + ")"));
        forwarding.ifPresent(Forwarding::summarise);
    }

    private int status(Collector.Outcome outcome) {
        boolean reached =
                every == null ? outcome.failing().isEmpty() && outcome.targets() > 0 : outcome.snapshots() > 0;
        return reached ? ExitStatus.DONE : ExitStatus.BAD_INPUT;
    }
}
