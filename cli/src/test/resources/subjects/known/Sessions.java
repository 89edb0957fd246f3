package known;

import io.tracemalloc.Frame;
import io.tracemalloc.LiveTracking;
import io.tracemalloc.Snapshot;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Tracemalloc;

/**
 * Concatenates in sessions of every form of hooks, one after another, before and after the JDK has made the hidden classes
 * by which it does so. Prints for each session its strings by line.
 *
 * <p>Arguments: how often, and the names of the sessions.
 */
public final class Sessions {

    private static final TraceOptions FOLLOWING = TraceOptions.DEFAULTS.withBackend("bytebuddy");
    private static final TraceOptions COUNTING = FOLLOWING.withLive(LiveTracking.OFF);

    static volatile Object sink;

    private Sessions() {}

    public static void main(String[] args) {
        int n = Integer.parseInt(args[0]);
        for (int i = 1; i < args.length; i++) {
            if (args[i].equals("untraced")) {
                work(n);
                continue;
            }
            Tracemalloc.start(
                    switch (args[i]) {
                        case "counting" -> COUNTING;
                        case "sampling" -> COUNTING.withFrames(2).withIntervalBytes(64);
                        case "following" -> FOLLOWING;
                        default -> FOLLOWING.withLive(LiveTracking.EXACT);
                    });
            // Once more, so that what is linked here does not count.
            work(1);
            Tracemalloc.clearTraces();
            work(n);
            Snapshot snapshot = Tracemalloc.takeSnapshot();
            Tracemalloc.stop();
            long record = strings(snapshot, Shown.class, "toString");
            long plus = strings(snapshot, Sessions.class, "work");
            long jdk = strings(snapshot, String.class, "concat");
            System.out.println(args[i] + " record " + record + ", plus " + plus + ", JDK " + jdk);
        }
    }

    private static void work(int n) {
        Shown shown = new Shown("text".repeat(2), n, "more");
        for (int i = 0; i < n; i++) {
            sink = shown.toString();
            sink = shown.text + n + shown.more;
        }
    }

    /** Those made by a method of a class, or of hidden classes named after it. */
    private static long strings(Snapshot snapshot, Class<?> type, String method) {
        return snapshot.traces().stream()
                .filter(trace -> trace.className().equals("java.lang.String"))
                .filter(trace -> {
                    Frame site = trace.traceback().frames().get(0);
                    return site.className().startsWith(type.getName())
                            && site.methodName().equals(method);
                })
                .mapToLong(trace -> trace.allocatedCount())
                .sum();
    }

    record Shown(String text, int number, String more) {}
}
