package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.capture.bytebuddy.boot.Recorder;
import io.tracemalloc.internal.DaemonThreads;

/**
 * The tracer's own thread while a session runs: gives threads their counters, frees those of dead ones, lets go of
 * reclaimed objects, and opens the heap's accounts.
 */
final class Housekeeper extends Thread {

    /** Between two looks for threads without counters: longer each time that there are none. */
    private static final long SHORTEST_PAUSE_MILLIS = 5;

    private static final long LONGEST_PAUSE_MILLIS = 100;

    /** Opening the accounts costs some ten milliseconds of CPU, which a program that just starts needs itself. */
    private static final long ACCOUNTS_AFTER_MILLIS = 500;

    private static final long SWEEP_AFTER_MILLIS = 1000;

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
        long pause = SHORTEST_PAUSE_MILLIS;
        long slept = 0;
        long swept = 0;
        while (!ended) {
            try {
                if (!open && slept >= ACCOUNTS_AFTER_MILLIS) {
                    accounts.run();
                    open = true;
                }
                liveSet.expunge();
                Recorder.rehearse();
                long unknown = Recorder.unknownThreads();
                pause = Recorder.giveChunks() > 0 ? SHORTEST_PAUSE_MILLIS : Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
                boolean sweeps = slept - swept >= SWEEP_AFTER_MILLIS;
                if (sweeps || unknown != Recorder.unknownThreads()) {
                    meetThreads();
                }
                if (sweeps) {
                    swept = slept;
                    Recorder.freePagesOfDead();
                }
            } catch (OutOfMemoryError full) {
                // The program may get over it: again after the pause.
            }
            try {
                Thread.sleep(pause);
                slept += pause;
            } catch (InterruptedException hurry) {
                // By end, or by a program that interrupts whatever threads there are.
            }
        }
    }

    /** Gives counters to the threads that are there: those that the recorder did not see start. */
    static void meetThreads() {
        for (Thread thread : DaemonThreads.all()) {
            Recorder.threadStarts(thread);
        }
    }

    /** Ends the thread soon. */
    void end() {
        ended = true;
        interrupt();
    }
}
