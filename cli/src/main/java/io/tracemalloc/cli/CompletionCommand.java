package io.tracemalloc.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code completion}: a script that makes a shell complete commands, options and their words. */
@Command(
        name = "completion",
        header = "Print a script that makes bash or zsh complete this command line.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(tracemalloc completion)           in ~/.bashrc, or in ~/.zshrc",
            "  tracemalloc completion > /etc/bash_completion.d/tracemalloc",
        })
final class CompletionCommand implements Callable<Integer> {

    /** Forbids bash to complete names of files, which most arguments are, where the script knows no words. */
    private static final String WITHOUT_FILES = "  type compopt &>/dev/null && compopt +o default\n\n";

    private final Terminal terminal;

    @Parameters(
            arity = "0..1",
            paramLabel = "SHELL",
            description = "bash or zsh; one script serves both.",
            completionCandidates = Shells.class)
    private String shell = "bash";

    CompletionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (!new Shells().contains(shell)) {
            throw CommandFailure.usage("no completion for " + shell + "; there is one for bash and zsh");
        }
        String script = AutoComplete.bash("tracemalloc", Main.commandLine(terminal, List.of()));
        terminal.out().print(script.replace(WITHOUT_FILES, ""));
        return ExitStatus.DONE;
    }

    /** The words after {@code completion}. */
    static final class Shells extends ArrayList<String> {

        private static final long serialVersionUID = 1L;

        Shells() {
            super(List.of("bash", "zsh"));
        }
    }
}
