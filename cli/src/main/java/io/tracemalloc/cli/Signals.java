package io.tracemalloc.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hands signals that reach this process on to the child, and stays alive for the child's end.
 *
 * <p>An interrupt typed on the terminal goes to the whole foreground process group, the child included: it is not sent
 * a second time, since many programs take a second one as an order to give up at once. {@code SIGQUIT} belongs to the
 * JVM and cannot be had; typed on the terminal it reaches the child anyway.
 */
final class Signals implements AutoCloseable {

    private static final List<String> FORWARDED = List.of("INT", "TERM", "HUP");

    private @Nullable SignalTrap trap;

    /** Guarded by this. */
    private @Nullable Process child;

    /** A signal that came before there was a child. Guarded by this. */
    private @Nullable String early;

    private Signals() {}

    /** Takes over the signals. */
    static Signals install() {
        Signals signals = new Signals();
        signals.trap = SignalTrap.install(FORWARDED, signals::received);
        return signals;
    }

    /** From now on signals go to this child, an early one at once. */
    synchronized void forwardTo(Process started) {
        child = started;
        if (early != null) {
            send(started, early);
        }
    }

    private synchronized void received(String name) {
        if (child == null) {
            early = name;
        } else if (!(name.equals("INT") && isForeground())) {
            send(child, name);
        }
    }

    private static void send(Process process, String name) {
        try {
            // The shell's own kill: a small container has no other.
            new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException noShell) {
            process.destroy();
        }
    }

    /** Gives the signals their former effect. */
    @Override
    public void close() {
        if (trap != null) {
            trap.close();
        }
    }

    /** Whether this process belongs to the group to which the terminal sends its interrupts. */
    private static boolean isForeground() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            String group = fields[2];
            String foreground = fields[5];
            return group.equals(foreground);
        } catch (IOException | RuntimeException noProc) {
            return Terminal.isTerminal(0);
        }
    }
}
