package io.tracemalloc.cli;

import io.tracemalloc.cli.attach.AttachedSession;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code detach PID}: gives a JVM its own byte code back. */
@Command(
        name = "detach",
        header = "Stop tracing a JVM, and give it its own byte code back.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc detach 4711",
            "",
            "What was recorded is gone: take a snapshot before. A JVM cannot unload an agent; the idle one",
            "costs nothing, and 'tracemalloc attach' wakes it.",
        })
final class DetachCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private TimeoutOption timeout = new TimeoutOption();

    @Parameters(paramLabel = "PID", description = "Process id of the JVM.")
    private String pid = "";

    DetachCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (AttachedSession session = RemoteTargets.attached(pid, timeout.settings(), terminal)) {
            Progress.during(terminal, "detaching from " + pid, session::stop);
            terminal.note(pid + ": not traced any more");
            return ExitStatus.DONE;
        } catch (IOException e) {
            throw RemoteTargets.failure(pid, e);
        }
    }
}
