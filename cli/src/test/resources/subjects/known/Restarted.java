package known;

import io.tracemalloc.LiveTracking;
import io.tracemalloc.Snapshot;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Tracemalloc;

/** Allocates known blocks in one session after another, and others between; prints how many each was told. */
public final class Restarted {

    private static final int SESSIONS = 5;
    private static final TraceOptions EVERY_BLOCK = TraceOptions.DEFAULTS
            .withBackend("jvmti")
            .withLive(LiveTracking.OFF)
            .withIntervalBytes(1);

    static Object sink;

    private Restarted() {}

    public static void main(String[] args) {
        int blocks = Integer.parseInt(args[0]);
        for (int session = 0; session < SESSIONS; session++) {
            Tracemalloc.start(EVERY_BLOCK);
            told(blocks);
            Snapshot snapshot = Tracemalloc.takeSnapshot();
            Tracemalloc.stop();
            // Begins a buffer in which nothing is told.
            System.gc();
            untold(blocks);
            System.out.println(snapshot.traces().stream()
                    .filter(trace -> trace.traceback().site().methodName().equals("told"))
                    .mapToLong(trace -> trace.allocatedCount())
                    .sum());
        }
    }

    private static void told(int blocks) {
        for (int i = 0; i < blocks; i++) {
            sink = new byte[84];
        }
    }

    private static void untold(int blocks) {
        for (int i = 0; i < blocks; i++) {
            sink = new byte[84];
        }
    }
}
