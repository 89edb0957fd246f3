package io.tracemalloc.cli;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.PrintWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;

/** Tells a waiting person what takes so long: on a terminal only, after a second, and gone when it is done. */
final class Progress {

    private static final long PATIENCE_MILLIS = 1_000;
    private static final long PERIOD_MILLIS = 500;
    private static final String ERASE_LINE = "\r\033[K";

    /** On the clock of the text, so that the first line never says less than the patience. */
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(Progress::daemon);

    private final PrintWriter err;

    /** Guarded by this. */
    private boolean shown;

    /** Guarded by this. */
    private boolean done;

    private Progress(PrintWriter err) {
        this.err = err;
    }

    /** What may take long. */
    @FunctionalInterface
    interface Work<T, X extends Exception> {

        T run() throws X;
    }

    /** Does the work. */
    static <T, X extends Exception> T during(Terminal terminal, String what, Work<T, X> work) throws X {
        if (!terminal.errIsTerminal()) {
            return work.run();
        }
        Progress progress = new Progress(terminal.err());
        progress.begin(Messages.oneLine(what));
        try {
            return work.run();
        } finally {
            progress.end();
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "tracemalloc-progress");
        thread.setDaemon(true);
        return thread;
    }

    private void begin(String what) {
        long startNanos = System.nanoTime();
        Future<?> unused = timer.scheduleWithFixedDelay(
                () -> show(what + ", " + NANOSECONDS.toSeconds(System.nanoTime() - startNanos) + " s"),
                PATIENCE_MILLIS,
                PERIOD_MILLIS,
                MILLISECONDS);
    }

    private synchronized void show(String text) {
        if (!done) {
            shown = true;
            err.print(ERASE_LINE + "tracemalloc: " + text);
            err.flush();
        }
    }

    private synchronized void end() {
        done = true;
        timer.shutdown();
        if (shown) {
            err.print(ERASE_LINE);
            err.flush();
        }
    }
}
