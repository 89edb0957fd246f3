package io.tracemalloc.cli;

import io.tracemalloc.Metric;
import io.tracemalloc.internal.AtomicFile;
import io.tracemalloc.spi.RemoteSession;
import io.tracemalloc.spi.SnapshotRequest;
import io.tracemalloc.statistic.SizeFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code snapshot TARGET -o FILE}: what a running JVM has recorded. */
@Command(
        name = "snapshot",
        header = "Take a snapshot of a running JVM and keep it in a file.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc snapshot 4711 -o app.pb.gz",
            "  tracemalloc snapshot 4711 --gc -o live.pb.gz",
            "  tracemalloc snapshot 4711 --seconds 10 -o ten-seconds.pb.gz",
            "  tracemalloc snapshot localhost:9000 --token-file token -o app.pb.gz",
        })
final class SnapshotCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(
            names = {"-o", "--output"},
            order = 0,
            required = true,
            paramLabel = "FILE",
            description = "Write there; whole or not at all.")
    private String output = "";

    @Option(names = "--gc", order = 1, description = "Collect garbage there first, so that live values are fresh.")
    private boolean gc;

    @Option(
            names = "--allocated",
            order = 2,
            description = "Have tools show first what was allocated, rather than what lives.")
    private boolean allocated;

    @Option(
            names = "--seconds",
            order = 3,
            paramLabel = "N",
            description = "Wait so long, and write what was allocated and what live memory was added meanwhile.")
    private int seconds;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(paramLabel = "TARGET", description = "A process id, host:port, https://... or unix:/path.")
    private String target = "";

    SnapshotCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (seconds < 0) {
            throw CommandFailure.usage("--seconds must be 0 or more, got " + seconds);
        }
        Path file = OutputFile.check(output, "-o");
        SnapshotRequest request =
                new SnapshotRequest(gc, allocated ? Metric.ALLOCATED : Metric.LIVE, Duration.ofSeconds(seconds));
        try (RemoteSession session = RemoteTargets.connect(target, connection.settings(), terminal)) {
            Progress.during(terminal, "taking a snapshot of " + target, () -> write(session, request, file, output));
            // A device or a pipe has no size that would tell.
            terminal.note("wrote " + output
                    + (AtomicFile.isDevice(file) ? "" : " (" + SizeFormat.format(Files.size(file)) + ")"));
            return ExitStatus.DONE;
        } catch (IOException e) {
            throw RemoteTargets.failure(target, e);
        }
    }

    /** Local failures name the file: the target has no part in them. */
    static Path write(RemoteSession session, SnapshotRequest request, Path file, String name) throws IOException {
        try (AtomicFile target = AtomicFile.create(file)) {
            OutputStream out = target.stream();
            session.snapshot(request, out, bytes -> {});
            commit(target, out, name);
            return file;
        }
    }

    private static void commit(AtomicFile target, OutputStream out, String name) {
        try {
            out.flush();
            target.commit();
        } catch (IOException e) {
            throw CommandFailure.input(name + ": cannot write: " + Messages.of(e));
        }
    }
}
