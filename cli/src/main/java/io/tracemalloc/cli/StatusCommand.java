package io.tracemalloc.cli;

import io.tracemalloc.spi.RemoteSession;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code status TARGET}: what a running JVM says of its session. */
@Command(
        name = "status",
        header = "Print whether and how a running JVM is traced.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc status 4711",
            "  tracemalloc status localhost:9000 --token-file token",
        })
final class StatusCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(paramLabel = "TARGET", description = "A process id, host:port, https://... or unix:/path.")
    private String target = "";

    StatusCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (RemoteSession session = RemoteTargets.connect(target, connection.settings(), terminal)) {
            StatusReport.print(target, Progress.during(terminal, "asking " + target, session::status), terminal.out());
            return ExitStatus.DONE;
        } catch (IOException e) {
            throw RemoteTargets.failure(target, e);
        }
    }
}
