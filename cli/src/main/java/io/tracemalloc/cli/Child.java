package io.tracemalloc.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The traced command, from its launch to its end. It has our standard streams, and signals that we get.
 *
 * @param exitStatus its own; 128 + n if a signal ended it; 127 or 126 if it could not be launched
 * @param elapsed how long it ran
 * @param launched whether it ran at all
 */
record Child(int exitStatus, Duration elapsed, boolean launched) {

    private static final int NOT_FOUND = 127;
    private static final int NOT_EXECUTABLE = 126;
    private static final int ENOENT = 2;

    /** {@code error=13, Permission denied} of JDK 17, {@code error: 13 (Permission denied)} of JDK 25. */
    private static final Pattern SYSTEM_ERROR = Pattern.compile("error(?:=|: )(\\d+)(?:, | \\()([^)]*)");

    /** Runs it to its end. What prevents its launch is told in one line. */
    static Child run(Launch launch, Terminal terminal) {
        ProcessBuilder builder = new ProcessBuilder(launch.command()).inheritIO();
        launch.applyTo(builder.environment());
        long start = System.nanoTime();
        try (Signals signals = Signals.install()) {
            Process process = builder.start();
            signals.forwardTo(process);
            int status = waitFor(process);
            return new Child(status, Duration.ofNanos(System.nanoTime() - start), true);
        } catch (IOException e) {
            return notLaunched(launch.command().get(0), Messages.of(e), terminal);
        }
    }

    /** What prevented the launch, as the JDK words it. */
    static Child notLaunched(String program, String message, Terminal terminal) {
        Matcher error = SYSTEM_ERROR.matcher(message);
        boolean known = error.find();
        boolean notFound = known && Integer.parseInt(error.group(1)) == ENOENT;
        String reason = notFound ? "command not found" : known ? error.group(2) : message;
        terminal.note(program + ": " + reason);
        return new Child(notFound ? NOT_FOUND : NOT_EXECUTABLE, Duration.ZERO, false);
    }

    /** Nobody interrupts this thread on purpose, and without the child there is nothing to return. */
    private static int waitFor(Process process) {
        boolean interrupted = false;
        while (true) {
            try {
                int status = process.waitFor();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return status;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
