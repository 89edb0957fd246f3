package io.tracemalloc.cli;

import io.tracemalloc.cli.attach.AttachedSession;
import io.tracemalloc.internal.AgentOption;
import io.tracemalloc.internal.AgentOptions;
import io.tracemalloc.spi.RemoteStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code attach PID}: traces a JVM that runs already. */
@Command(
        name = "attach",
        header = "Begin to trace a JVM that runs already.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc attach 4711",
            "  tracemalloc attach 4711 --live exact --snapshot-at-exit /tmp/app.pb.gz",
            "  tracemalloc snapshot 4711 -o app.pb.gz",
            "  tracemalloc detach 4711",
            "",
            "Linux and HotSpot, as the JVM's user or as root; JVMs in containers too. What was allocated",
            "before is not seen. Files are named as that JVM sees them.",
        })
final class AttachCommand implements Callable<Integer> {

    /** As {@code run} has it. */
    private static final AgentFlags AGENT = new AgentFlags(AgentOption.forUsers(), Map.of(AgentOption.FRAMES, "25"));

    private static final List<AgentOption> FILES = List.of(
            AgentOption.SNAPSHOT_AT_EXIT,
            AgentOption.SNAPSHOT_ON_OOM,
            AgentOption.TOKEN_FILE,
            AgentOption.TLS_CERT,
            AgentOption.TLS_KEY,
            AgentOption.TLS_CLIENT_CA);

    /** Begins the address of a channel that is a file as well. */
    private static final String SOCKET = "unix:";

    private final Terminal terminal;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private TimeoutOption timeout = new TimeoutOption();

    @Parameters(paramLabel = "PID", description = "Process id of the JVM, as 'tracemalloc list' shows it.")
    private String pid = "";

    AttachCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Adds the agent's options. */
    static void addAgentOptions(CommandSpec target) {
        AGENT.addTo(target);
    }

    @Override
    public Integer call() {
        Map<AgentOption, String> options = AGENT.given(spec);
        // That JVM stands in another directory.
        FILES.forEach(option -> options.computeIfPresent(option, (same, file) -> absolute(file)));
        options.computeIfPresent(AgentOption.LISTEN, (same, address) -> absoluteSocket(address));
        checkOptions(options);
        try (AttachedSession session = RemoteTargets.attached(pid, timeout.settings(), terminal)) {
            RemoteStatus status = Progress.during(terminal, "attaching to " + pid, () -> session.attach(options));
            terminal.note(pid + ": " + StatusReport.summary(status));
            return ExitStatus.DONE;
        } catch (IOException e) {
            throw RemoteTargets.failure(pid, e);
        }
    }

    private static String absolute(String file) {
        return file.isEmpty() ? file : Path.of(file).toAbsolutePath().toString();
    }

    private static String absoluteSocket(String address) {
        return address.startsWith(SOCKET) ? SOCKET + absolute(address.substring(SOCKET.length())) : address;
    }

    private static void checkOptions(Map<AgentOption, String> options) {
        try {
            AgentOptions.parse(AgentOptions.format(options), null);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(Messages.of(e));
        }
    }
}
