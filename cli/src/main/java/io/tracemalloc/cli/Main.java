package io.tracemalloc.cli;

import io.tracemalloc.internal.UnfinishedFiles;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: finds the command, runs it, and turns every failure into one line and an exit status. */
public final class Main {

    /** In the order of the help text. Suppliers, because each annotated class that picocli reads takes milliseconds. */
    private static final Map<String, Function<Terminal, Object>> COMMANDS = commands();

    /** What the JDK puts where bytes of an argument are none of the locale, such as any letter beyond ASCII in C. */
    private static final char NOT_DECODED = '\uFFFD';

    private Main() {}

    /** Runs the command and exits with its status. */
    public static void main(String[] args) {
        UnfinishedFiles.deleteAtExit();
        // Flushes of the file itself: a command flushes when it has something whole to show.
        PrintWriter out = writer(FileDescriptor.out);
        PrintWriter err = writer(FileDescriptor.err);
        Terminal terminal = new Terminal(out, err, Terminal.isTerminal(1), Terminal.isTerminal(2), System.getenv());
        System.exit(run(terminal, args));
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        OutputStream out = new FileOutputStream(descriptor);
        // Errors have nowhere to be told; results do.
        OutputStream checked = descriptor == FileDescriptor.out ? new ResultStream(out) : out;
        // UTF-8 whatever the locale: class names may hold any letter, and JSON has no other encoding.
        return new PrintWriter(new OutputStreamWriter(checked, StandardCharsets.UTF_8));
    }

    /** Runs the command and returns its exit status. */
    static int run(Terminal terminal, String... args) {
        return run(terminal, COMMANDS, args);
    }

    /** As {@link #run(Terminal, String...)}, with other makers of commands, by their names. */
    static int run(Terminal terminal, Map<String, Function<Terminal, Object>> commands, String... args) {
        Optional<String> unreadable = Arrays.stream(args)
                .filter(argument -> argument.indexOf(NOT_DECODED) >= 0)
                .findFirst();
        if (unreadable.isPresent()) {
            terminal.note("the locale cannot express the argument '" + unreadable.get()
                    + "': set LC_ALL=C.UTF-8, or the locale in which it was typed");
            return ExitStatus.WRONG_USAGE;
        }
        try {
            // Behind a word that is none, --help would print the general help.
            String[] parsed = isNoCommand(commands, args) ? new String[] {args[0]} : args;
            int status = commandLine(terminal, commands, List.of(parsed)).execute(parsed);
            terminal.out().flush();
            return status;
        } catch (ResultStream.Broken e) {
            return brokenOutput(terminal, e);
        } finally {
            terminal.err().flush();
        }
    }

    private static boolean isNoCommand(Map<String, Function<Terminal, Object>> commands, String... args) {
        return args.length > 0 && !args[0].startsWith("-") && !commands.containsKey(args[0]);
    }

    /** All commands, or only the one that the arguments name. */
    static CommandLine commandLine(Terminal terminal, List<String> args) {
        return commandLine(terminal, COMMANDS, args);
    }

    private static CommandLine commandLine(
            Terminal terminal, Map<String, Function<Terminal, Object>> commands, List<String> args) {
        CommandLine root = new CommandLine(new RootCommand(terminal));
        Function<Terminal, Object> only = args.isEmpty() ? null : commands.get(args.get(0));
        if (only == null) {
            commands.forEach((name, command) -> root.addSubcommand(name, command.apply(terminal)));
        } else {
            root.addSubcommand(args.get(0), only.apply(terminal));
        }
        for (CommandLine command : root.getSubcommands().values()) {
            addAgentOptions(command);
            HelpStyle.apply(command.getCommandSpec().usageMessage());
        }
        HelpStyle.apply(root.getCommandSpec().usageMessage());
        // An argument @FILE belongs to the command that is run.
        root.setExpandAtFiles(false);
        root.setOut(terminal.out());
        root.setErr(terminal.err());
        root.setColorScheme(HelpStyle.scheme(terminal));
        root.setUsageHelpLongOptionsMaxWidth(28);
        root.setExecutionStrategy(parsed -> execute(terminal, parsed));
        root.setExecutionExceptionHandler((failure, command, parsed) -> failed(terminal, failure));
        root.setParameterExceptionHandler((failure, arguments) -> refused(terminal, failure));
        return root;
    }

    /** Picocli prints help and version itself, and would print the stack trace of what fails there. */
    private static int execute(Terminal terminal, ParseResult parsed) {
        try {
            return new RunLast().execute(parsed);
        } catch (ResultStream.Broken e) {
            return brokenOutput(terminal, e);
        }
    }

    private static void addAgentOptions(CommandLine command) {
        Object object = command.getCommand();
        if (object instanceof RunCommand) {
            RunCommand.addAgentOptions(command.getCommandSpec());
            command.setStopAtPositional(true);
        } else if (object instanceof AttachCommand) {
            AttachCommand.addAgentOptions(command.getCommandSpec());
        } else if (object instanceof StartCommand) {
            StartCommand.addAgentOptions(command.getCommandSpec());
        }
    }

    /** Makers of all commands, by their names. */
    static Map<String, Function<Terminal, Object>> commands() {
        Map<String, Function<Terminal, Object>> commands = new LinkedHashMap<>();
        commands.put("run", RunCommand::new);
        commands.put("attach", AttachCommand::new);
        commands.put("detach", DetachCommand::new);
        commands.put("list", ListCommand::new);
        commands.put("snapshot", SnapshotCommand::new);
        commands.put("status", StatusCommand::new);
        commands.put("start", StartCommand::new);
        commands.put("stop", StopCommand::new);
        commands.put("clear", ClearCommand::new);
        commands.put("reset-peak", ResetPeakCommand::new);
        commands.put("stats", StatsCommand::new);
        commands.put("diff", DiffCommand::new);
        commands.put("leaks", LeaksCommand::new);
        commands.put("traceback", TracebackCommand::new);
        commands.put("tree", TreeCommand::new);
        commands.put("export", ExportCommand::new);
        commands.put("merge", MergeCommand::new);
        commands.put("top", TopCommand::new);
        commands.put("collect", CollectCommand::new);
        commands.put("doctor", DoctorCommand::new);
        commands.put("completion", CompletionCommand::new);
        commands.put("help", HelpCommand::new);
        return commands;
    }

    private static int refused(Terminal terminal, ParameterException failure) {
        String command = failure.getCommandLine().getCommandSpec().qualifiedName(" ");
        String message = failure instanceof UnmatchedArgumentException unmatched
                ? unmatched(unmatched)
                : Messages.of(new IllegalArgumentException(failure.getMessage()));
        terminal.note(
                Character.toLowerCase(message.charAt(0)) + message.substring(1) + " (see '" + command + " --help')");
        return ExitStatus.WRONG_USAGE;
    }

    private static String unmatched(UnmatchedArgumentException failure) {
        String first = failure.getUnmatched().get(0);
        boolean isOption = first.startsWith("-");
        boolean isCommand = !isOption && failure.getCommandLine().getParent() == null;
        List<String> near = failure.getSuggestions();
        return (isOption ? "unknown option " : isCommand ? "no command is named " : "one argument too many: ")
                + (first.isEmpty() ? "''" : first)
                + (near.isEmpty() || !(isOption || isCommand)
                        ? ""
                        : "; did you mean " + String.join(" or ", near.subList(0, Math.min(3, near.size()))) + "?");
    }

    private static int failed(Terminal terminal, Throwable failure) {
        if (failure instanceof CommandFailure known) {
            terminal.note(known.line());
            return known.exitStatus();
        }
        if (failure instanceof ResultStream.Broken broken) {
            return brokenOutput(terminal, broken);
        }
        terminal.note("internal error: " + Messages.of(failure) + " (the environment variable TRACEMALLOC_DEBUG=1"
                + " shows where)");
        if (terminal.environment().containsKey("TRACEMALLOC_DEBUG")) {
            failure.printStackTrace(terminal.err());
        }
        return ExitStatus.BAD_INPUT;
    }

    private static int brokenOutput(Terminal terminal, ResultStream.Broken failure) {
        if (failure.readerLeft()) {
            return ExitStatus.DONE;
        }
        terminal.note("standard output: " + failure.reason());
        return ExitStatus.BAD_INPUT;
    }
}
