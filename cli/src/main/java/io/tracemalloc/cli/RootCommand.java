package io.tracemalloc.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code tracemalloc} itself: the options that every command takes. */
@Command(
        name = "tracemalloc",
        header = "Trace which source line of a Java program allocates what.",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = RootCommand.Version.class,
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc run -o app.pb.gz -- java -jar app.jar",
            "  tracemalloc stats app.pb.gz --app",
            "  tracemalloc diff before.pb.gz after.pb.gz --group-by class",
            "",
            "Exit status: 0 done, 1 a check failed, 2 wrong usage, 3 bad input; run: the command's own.",
            "'tracemalloc help COMMAND' tells more.",
        })
final class RootCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    RootCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Option(
            names = "--color",
            order = 1000,
            paramLabel = "WHEN",
            scope = ScopeType.INHERIT,
            description = "auto, always or never. Default: auto, on a terminal unless NO_COLOR is set.")
    void setColor(Terminal.Color color) {
        terminal.setColor(color);
    }

    @Option(
            names = {"-h", "--help"},
            order = 1001,
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and exit.")
    void setHelp(boolean help) {}

    @Option(
            names = {"-V", "--version"},
            order = 1002,
            versionHelp = true,
            description = "Show the version and exit.")
    void setVersion(boolean version) {}

    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        command.usage(terminal.err());
        return ExitStatus.WRONG_USAGE;
    }

    /** Reads the version from the manifest of the jar. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = RootCommand.class.getPackage().getImplementationVersion();
            return new String[] {"tracemalloc " + (version == null ? "(not packaged)" : version)};
        }
    }
}
