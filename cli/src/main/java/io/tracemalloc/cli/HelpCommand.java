package io.tracemalloc.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code help COMMAND}: the same as {@code COMMAND --help}. */
@Command(name = "help", header = "Tell how to use a command.")
final class HelpCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "Which. Default: all, one line each.")
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
}
