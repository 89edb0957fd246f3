package known;

import io.tracemalloc.LiveTracking;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Tracemalloc;

/** Begins to trace when the initializer of a class has failed; prints what it missed. */
public final class Unusable {

    private Unusable() {}

    public static void main(String[] args) {
        try {
            System.out.println(Fails.make());
        } catch (ExceptionInInitializerError expected) {
            System.out.println("failed");
        }
        Tracemalloc.start(
                TraceOptions.DEFAULTS.withBackend("bytebuddy").withFrames(1).withLive(LiveTracking.OFF));
        System.out.println(
                Tracemalloc.takeSnapshot().columns().attributes().getOrDefault("not_instrumented_first", "nothing"));
        Tracemalloc.stop();
    }

    static final class Fails {
        static final int VALUE = Integer.parseInt("none");

        private Fails() {}

        static Object make() {
            return new int[VALUE];
        }
    }
}
