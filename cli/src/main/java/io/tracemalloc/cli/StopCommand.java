package io.tracemalloc.cli;

import io.tracemalloc.spi.RemoteSession;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code stop TARGET}: stops to trace; everything recorded is gone. */
@Command(
        name = "stop",
        header = "Stop tracing a running JVM, and forget what was recorded.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc stop 4711",
            "  tracemalloc stop localhost:9000 --token-file token",
        })
final class StopCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(paramLabel = "TARGET", description = "A process id, host:port, https://... or unix:/path.")
    private String target = "";

    StopCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (RemoteSession session = RemoteTargets.connect(target, connection.settings(), terminal)) {
            Progress.during(terminal, "stopping", session::stop);
            terminal.note(target + ": not traced any more");
            return ExitStatus.DONE;
        } catch (IOException e) {
            throw RemoteTargets.failure(target, e);
        }
    }
}
