package io.tracemalloc.cli;

import io.tracemalloc.spi.RemoteSession;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code clear TARGET}: forgets what was recorded and goes on. */
@Command(
        name = "clear",
        header = "Forget what was recorded so far; tracing goes on.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc clear 4711",
            "  tracemalloc clear localhost:9000 --token-file token",
        })
final class ClearCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(paramLabel = "TARGET", description = "A process id, host:port, https://... or unix:/path.")
    private String target = "";

    ClearCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (RemoteSession session = RemoteTargets.connect(target, connection.settings(), terminal)) {
            Progress.during(terminal, "clearing", session::clear);
            terminal.note(target + ": cleared");
            return ExitStatus.DONE;
        } catch (IOException e) {
            throw RemoteTargets.failure(target, e);
        }
    }
}
