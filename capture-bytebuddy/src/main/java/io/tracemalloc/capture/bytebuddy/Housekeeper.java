package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.capture.bytebuddy.boot.Recorder;

/** The tracer's own thread while a session runs: lets go of reclaimed objects, and opens the heap's accounts. */
final class Housekeeper extends Thread {

    private static final long PAUSE_MILLIS = 100;

    /** Opening the accounts costs some ten milliseconds of CPU, which a program that just starts needs itself. */
    private static final int PAUSES_BEFORE_ACCOUNTS = 5;

    private final LiveSet liveSet;
    private final ByteBuddyBackend backend;
    private volatile boolean ended;

    Housekeeper(LiveSet liveSet, ByteBuddyBackend backend) {
        super("tracemalloc-housekeeper");
        this.liveSet = liveSet;
        this.backend = backend;
        setDaemon(true);
    }

    @Override
    public void run() {
        Recorder.beginQuiet();
        for (int pauses = 0; !ended; pauses++) {
            if (pauses == PAUSES_BEFORE_ACCOUNTS) {
                backend.openAccounts();
            }
            liveSet.expunge();
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
