package known;

import io.tracemalloc.Tracemalloc;

/** Takes snapshots for so many milliseconds; prints the traces of the last that others made. */
public final class Snapshots {

    private Snapshots() {}

    public static void main(String[] args) {
        long begun = System.nanoTime();
        do {
            Tracemalloc.takeSnapshot();
        } while (System.nanoTime() - begun < Long.parseLong(args[0]) * 1_000_000);
        Tracemalloc.takeSnapshot().traces().stream()
                .filter(trace -> trace.traceback().frames().stream()
                        .anyMatch(frame -> frame.className().equals("io.tracemalloc.internal.SnapshotTransfer")))
                .forEach(trace -> System.out.println(trace.className() + " at " + trace.traceback()));
    }
}
