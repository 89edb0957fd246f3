package io.tracemalloc.cli;

import io.tracemalloc.spi.RemoteSession;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code reset-peak TARGET}: makes the current traced memory the peak. */
@Command(
        name = "reset-peak",
        header = "Set the peak of traced memory to what is live now.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc reset-peak 4711",
            "  tracemalloc reset-peak localhost:9000 --token-file token",
        })
final class ResetPeakCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(paramLabel = "TARGET", description = "A process id, host:port, https://... or unix:/path.")
    private String target = "";

    ResetPeakCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (RemoteSession session = RemoteTargets.connect(target, connection.settings(), terminal)) {
            Progress.during(terminal, "resetting", session::resetPeak);
            terminal.note(target + ": peak reset");
            return ExitStatus.DONE;
        } catch (IOException e) {
            throw RemoteTargets.failure(target, e);
        }
    }
}
