package known;

import io.tracemalloc.LiveTracking;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Tracemalloc;

/** Starts to trace while {@code main} runs: its frames are those of an old version of the class from then on. */
public final class StartedBelow {

    private StartedBelow() {}

    public static void main(String[] args) {
        Tracemalloc.start(TraceOptions.DEFAULTS
                .withBackend("bytebuddy")
                .withFrames(4)
                .withIntervalBytes(1)
                .withLive(LiveTracking.EXACT));
        Object made = make();
        Tracemalloc.objectTraceback(made)
                .orElseThrow()
                .frames()
                .forEach(frame -> System.out.println(frame.fileName() + " " + frame.methodName()));
    }

    private static Object make() {
        return new StartedBelow();
    }
}
