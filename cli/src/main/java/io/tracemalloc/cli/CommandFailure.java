package io.tracemalloc.cli;

/** Ends a command with one line for people and an exit status. */
final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitStatus;
    private final String line;

    private CommandFailure(int exitStatus, String message) {
        super(message);
        this.exitStatus = exitStatus;
        this.line = message;
    }

    /** The user asked for something that does not exist or makes no sense. */
    static CommandFailure usage(String message) {
        return new CommandFailure(ExitStatus.WRONG_USAGE, message);
    }

    /** The command was right; a file or a target was not. */
    static CommandFailure input(String message) {
        return new CommandFailure(ExitStatus.BAD_INPUT, message);
    }

    /** What to tell people. */
    String line() {
        return line;
    }

    int exitStatus() {
        return exitStatus;
    }
}
