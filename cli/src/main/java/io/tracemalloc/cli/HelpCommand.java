package io.tracemalloc.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code help COMMAND}: the same as {@code COMMAND --help}. */
@Command(name = "help", header = "Tell how to use a command.")
final class HelpCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(
            arity = "0..1",
            paramLabel = "COMMAND",
            description = "Which. Default: all, one line each.",
            completionCandidates = CommandNames.class)
    private String command = "";

    HelpCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        CommandLine root = Main.commandLine(terminal, List.of());
        CommandLine chosen = command.isEmpty() ? root : root.getSubcommands().get(command);
        if (chosen == null) {
            throw CommandFailure.usage("no command is named " + command + "; there are "
                    + String.join(", ", root.getSubcommands().keySet()));
        }
        chosen.usage(terminal.out());
        return ExitStatus.DONE;
    }

    /** The words after {@code help}. */
    static final class CommandNames extends ArrayList<String> {

        private static final long serialVersionUID = 1L;

        CommandNames() {
            super(Main.commands().keySet());
        }
    }
}
