package io.tracemalloc.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where a command writes: results to {@code out}, everything else to {@code err}, with what is known of both ends.
 *
 * <p>Not safe for several threads, except that {@link Progress} writes to {@code err} while a command computes.
 */
final class Terminal {

    /** When to colour. */
    enum Color {
        auto,
        always,
        never
    }

    /** The digits of those standard streams that are terminals, set by the launcher. */
    private static final String PROPERTY = "tracemalloc.terminals";

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean outIsTerminal;
    private final boolean errIsTerminal;
    private final Map<String, String> environment;
    private Color color = Color.auto;

    Terminal(
            PrintWriter out,
            PrintWriter err,
            boolean outIsTerminal,
            boolean errIsTerminal,
            Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.outIsTerminal = outIsTerminal;
        this.errIsTerminal = errIsTerminal;
        this.environment = Map.copyOf(environment);
    }

    PrintWriter out() {
        return out;
    }

    PrintWriter err() {
        return err;
    }

    Map<String, String> environment() {
        return environment;
    }

    boolean outIsTerminal() {
        return outIsTerminal;
    }

    boolean errIsTerminal() {
        return errIsTerminal;
    }

    void setColor(Color color) {
        this.color = color;
    }

    /** Whether results may carry colours: as asked, else only on a terminal that has not declined. */
    boolean coloursOut() {
        return switch (color) {
            case always -> true;
            case never -> false;
            case auto ->
                outIsTerminal
                        && environment.getOrDefault("NO_COLOR", "").isEmpty()
                        && !"dumb".equals(environment.get("TERM"));
        };
    }

    /** Prints results before a check: a reader who leaves early, as {@code head} does, ends the printing alone. */
    void printBeforeCheck(Runnable print) {
        try {
            print.run();
            out.flush();
        } catch (ResultStream.Broken e) {
            if (!e.readerLeft()) {
                throw e;
            }
        }
    }

    /** One line of news for people, marked as ours: it may stand among the lines of a traced program. */
    void note(String line) {
        err.println(line.isEmpty() ? "tracemalloc:" : "tracemalloc: " + Messages.oneLine(Messages.withoutUser(line)));
        err.flush();
    }

    /**
     * Whether a standard stream of this process is a terminal. Java itself does not tell them apart: the launcher says
     * so where there is no {@code /proc} to look it up.
     */
    static boolean isTerminal(int fileDescriptor) {
        Path link = Path.of("/proc/self/fd/" + fileDescriptor);
        if (!Files.isSymbolicLink(link)) {
            return System.getProperty(PROPERTY, "").contains(Integer.toString(fileDescriptor));
        }
        try {
            String device = Files.readSymbolicLink(link).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException unreadable) {
            return false;
        }
    }
}
