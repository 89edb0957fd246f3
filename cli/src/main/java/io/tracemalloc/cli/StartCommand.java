package io.tracemalloc.cli;

import io.tracemalloc.TraceOptions;
import io.tracemalloc.internal.AgentOption;
import io.tracemalloc.internal.AgentOptions;
import io.tracemalloc.spi.RemoteSession;
import io.tracemalloc.spi.RemoteStatus;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code start TARGET}: traces again where the agent is loaded. */
@Command(
        name = "start",
        header = "Start tracing in a JVM whose agent does not trace.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc start 4711 --live exact",
            "  tracemalloc start localhost:9000 --token-file token",
            "",
            "A JVM without the agent needs 'tracemalloc attach'.",
        })
final class StartCommand implements Callable<Integer> {

    private static final AgentFlags TRACE_OPTIONS = new AgentFlags(
            List.copyOf(AgentOptions.values(TraceOptions.DEFAULTS).keySet()), Map.of(AgentOption.FRAMES, "25"));

    private final Terminal terminal;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(paramLabel = "TARGET", description = "A process id, host:port, https://... or unix:/path.")
    private String target = "";

    StartCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Adds the options of a session. */
    static void addAgentOptions(CommandSpec target) {
        TRACE_OPTIONS.addTo(target);
    }

    @Override
    public Integer call() {
        TraceOptions options = options();
        try (RemoteSession session = RemoteTargets.connect(target, connection.settings(), terminal)) {
            RemoteStatus status = Progress.during(terminal, "starting", () -> session.start(options));
            terminal.note(target + ": " + StatusReport.summary(status));
            return ExitStatus.DONE;
        } catch (IOException e) {
            throw RemoteTargets.failure(target, e);
        }
    }

    private TraceOptions options() {
        try {
            return AgentOptions.parse(AgentOptions.format(TRACE_OPTIONS.given(spec)), null)
                    .traceOptions();
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(Messages.of(e));
        }
    }
}
