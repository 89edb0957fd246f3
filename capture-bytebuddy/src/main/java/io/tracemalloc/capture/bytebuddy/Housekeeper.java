package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.capture.bytebuddy.boot.Recorder;
import io.tracemalloc.internal.DaemonThreads;

/** The tracer's own thread while a session runs: lets go of reclaimed objects, and opens the heap's accounts. */
final class Housekeeper extends Thread {

    private static final long PAUSE_MILLIS = 100;

    /** Opening the accounts costs some ten milliseconds of CPU, which a program that just starts needs itself. */
    private static final int PAUSES_BEFORE_ACCOUNTS = 5;

    private final LiveSet liveSet;
    private final Runnable accounts;
    private volatile boolean ended;

    /**
     * Not started yet.
     *
     * @param accounts opens the heap's accounts
     */
    Housekeeper(LiveSet liveSet, Runnable accounts) {
        super(DaemonThreads.group(), null, "tracemalloc-housekeeper", 0, false);
        this.liveSet = liveSet;
        this.accounts = accounts;
        DaemonThreads.detach(this);
    }

    @Override
    public void run() {
        Recorder.beginQuiet();
        boolean open = false;
        for (int pauses = 0; !ended; pauses++) {
            try {
                if (!open && pauses >= PAUSES_BEFORE_ACCOUNTS) {
                    accounts.run();
                    open = true;
                }
                liveSet.expunge();
            } catch (OutOfMemoryError full) {
                // The program may get over it: again after the pause.
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    /** Ends the thread soon. */
    void end() {
        ended = true;
        interrupt();
    }
}
