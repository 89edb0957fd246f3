package known;

import io.tracemalloc.Tracemalloc;

/** Takes two snapshots; prints the traces of the second that the first one made. */
public final class Snapshots {

    private Snapshots() {}

    public static void main(String[] args) {
        Tracemalloc.takeSnapshot();
        Tracemalloc.takeSnapshot().traces().stream()
                .filter(trace -> trace.traceback().frames().stream()
                        .anyMatch(frame -> frame.className().equals("io.tracemalloc.internal.SnapshotTransfer")))
                .forEach(trace -> System.out.println(trace.className() + " at " + trace.traceback()));
    }
}
