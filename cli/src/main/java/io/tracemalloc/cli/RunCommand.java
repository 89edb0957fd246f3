package io.tracemalloc.cli;

import io.tracemalloc.internal.AgentOption;
import io.tracemalloc.internal.AgentOptions;
import io.tracemalloc.internal.Providers;
import io.tracemalloc.internal.RunDirectory;
import io.tracemalloc.spi.CaptureBackendProvider;
import io.tracemalloc.spi.ProviderUnavailableException;
import io.tracemalloc.spi.RemoteChannelProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code run -- COMMAND}: starts a command with its JVMs traced, waits for it, and sums up.
 *
 * <p>Once the command has been launched, its exit status is ours, whatever becomes of the summary.
 */
@Command(
        name = "run",
        header = "Run a command with its JVMs traced, then print a summary.",
        customSynopsis = "tracemalloc run [OPTIONS] [--] COMMAND [ARGUMENT...]",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc run -- java -jar app.jar",
            "  tracemalloc run -o app.pb.gz -- java -cp classes com.acme.Main arguments",
            "  tracemalloc run -o 'build-%%p.pb.gz' -- mvn -q test",
            "  tracemalloc run --live exact --snapshot-every 10s -o live.pb.gz -- ./server.sh",
            "",
            "java gets the agent as an argument, a JDK tool such as javac through -J, and anything else",
            "through JAVA_TOOL_OPTIONS, which every JVM announces on standard error. Daemons that already",
            "run are not traced. The exit status is the command's; 128 + n if signal n ended it.",
        })
final class RunCommand implements Callable<Integer> {

    /** What {@code run} chooses otherwise than the agent. */
    private static final Map<AgentOption, String> DEFAULTS =
            Map.of(AgentOption.FRAMES, "25", AgentOption.DEFAULT_METRIC, "allocated");

    /** All but the file at exit, which is {@code -o}. */
    private static final AgentFlags AGENT = new AgentFlags(
            AgentOption.forUsers().stream()
                    .filter(option -> option != AgentOption.SNAPSHOT_AT_EXIT)
                    .toList(),
            DEFAULTS);

    private final Terminal terminal;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-o", "--output"},
            order = 0,
            paramLabel = "FILE",
            description = "Keep the snapshot there. %%p is the process id; without it the first JVM to end takes FILE,"
                    + " later ones add their id. Default: no file stays, only the summary.")
    private @Nullable String output;

    @Option(
            names = "--library",
            order = 1,
            paramLabel = "GLOB",
            description = "Classes that the summary counts as library, such as 'org.apache.*'. Repeatable.")
    private List<String> library = new ArrayList<>();

    @Option(names = "--no-summary", order = 2, description = "Print only which files were written.")
    private boolean noSummary;

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "The command and its arguments.")
    private List<String> command = new ArrayList<>();

    RunCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Adds the agent's options; they have one table for both. */
    static void addAgentOptions(CommandSpec target) {
        AGENT.addTo(target);
    }

    @Override
    public Integer call() {
        Map<AgentOption, String> options = AGENT.given(spec);
        checkOptions(options);
        Path kept = output == null ? null : OutputFile.check(output, "-o");
        String onOom = options.get(AgentOption.SNAPSHOT_ON_OOM);
        if (onOom != null) {
            options.put(
                    AgentOption.SNAPSHOT_ON_OOM,
                    OutputFile.check(onOom, "--snapshot-on-oom").toString());
        }
        Path jar = AgentJar.require();
        RunDirectory directory = createDirectory();
        try {
            Path file = kept == null ? directory.path().resolve("snapshot.pb.gz") : kept;
            options.put(AgentOption.SNAPSHOT_AT_EXIT, file.toString());
            options.put(AgentOption.RUN_DIR, directory.path().toString());
            String agent = Launch.agentArgument(jar, AgentOptions.format(options));
            Child child = Child.run(Launch.of(command, agent, terminal.environment()), terminal);
            if (child.launched()) {
                new RunResult(terminal, child, kept != null, noSummary, library).print(directory);
            }
            return child.exitStatus();
        } finally {
            TemporaryFiles.delete(directory.path());
        }
    }

    private static RunDirectory createDirectory() {
        try {
            return RunDirectory.create();
        } catch (IOException e) {
            throw CommandFailure.input(
                    System.getProperty("java.io.tmpdir") + ": cannot create a temporary directory: " + Messages.of(e));
        }
    }

    private static void checkOptions(Map<AgentOption, String> given) {
        Map<AgentOption, String> options = new EnumMap<>(given);
        // Other options need it, and there always is one.
        options.put(AgentOption.SNAPSHOT_AT_EXIT, "snapshot.pb.gz");
        try {
            AgentOptions.parse(AgentOptions.format(options), null);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(Messages.of(e));
        }
        String backend = options.getOrDefault(AgentOption.BACKEND, "auto");
        List<String> names = new ArrayList<>(List.of("auto"));
        Providers.candidates(CaptureBackendProvider.class).forEach(each -> names.add(each.name()));
        if (!names.contains(backend)) {
            throw CommandFailure.usage("backend must be one of " + String.join(", ", names) + ", got " + backend);
        }
        if (options.containsKey(AgentOption.LISTEN)) {
            checkChannel(AgentOptions.parse(AgentOptions.format(options), null));
        }
    }

    private static void checkChannel(AgentOptions options) {
        try {
            RemoteChannelProvider channel = Providers.best(RemoteChannelProvider.class);
            channel.check(options.listen().orElse(""), options.listenSettings());
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(Messages.of(e));
        } catch (ProviderUnavailableException e) {
            throw CommandFailure.input("listen: " + Messages.of(e));
        }
    }
}
