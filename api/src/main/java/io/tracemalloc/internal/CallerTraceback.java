package io.tracemalloc.internal;

import io.tracemalloc.Frame;
import io.tracemalloc.Traceback;
import java.lang.StackWalker.StackFrame;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The traceback of whoever called the tracer: hidden frames and the tracer's own left out, cut at a limit. */
final class CallerTraceback {

    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.SHOW_REFLECT_FRAMES);

    /* By name, since the call may pass through two copies of the tracer in two class loaders. */
    private static final Set<String> OWN_CLASSES = Set.of(
            "io.tracemalloc.internal.BridgeServer",
            "io.tracemalloc.internal.ForeignSession",
            "io.tracemalloc.internal.LocalSession",
            "io.tracemalloc.internal.Sessions");

    private static final String OWN_BACKENDS = "io.tracemalloc.capture.";
    private static final String API_CLASS = "io.tracemalloc.Tracemalloc";
    private static final String ENTRY_CLASS = "io.tracemalloc.internal.LocalSession";
    private static final String ENTRY_METHOD = "track";

    private CallerTraceback() {}

    /** The caller of {@link LocalSession#track}, on whose thread this runs. */
    static Traceback capture(int limit) {
        return WALKER.walk(frames -> cut(frames, limit));
    }

    private static Traceback cut(Stream<StackFrame> stack, int limit) {
        List<Frame> kept = new ArrayList<>();
        int total = 0;
        Iterator<StackFrame> frames = callers(stack).iterator();
        while (frames.hasNext()) {
            StackFrame frame = frames.next();
            if (total++ < limit) {
                kept.add(frame(frame));
            }
        }
        return Traceback.of(kept, total);
    }

    /* Between this class and the entry there may be frames of the backend, which switches its recording off. */
    private static Stream<StackFrame> callers(Stream<StackFrame> stack) {
        boolean[] passedApi = new boolean[1];
        return stack.dropWhile(frame -> !isEntry(frame)).dropWhile(frame -> {
            boolean drop = !passedApi[0] && isOwn(frame.getClassName());
            passedApi[0] |= frame.getClassName().equals(API_CLASS);
            return drop;
        });
    }

    private static boolean isEntry(StackFrame frame) {
        return frame.getClassName().equals(ENTRY_CLASS) && frame.getMethodName().equals(ENTRY_METHOD);
    }

    private static boolean isOwn(String className) {
        return className.equals(API_CLASS) || OWN_CLASSES.contains(className) || className.startsWith(OWN_BACKENDS);
    }

    private static Frame frame(StackFrame frame) {
        String className = Names.className(frame.getClassName());
        String fileName = Names.fileName(className, frame.getFileName());
        return new Frame(className, frame.getMethodName(), fileName, Math.max(0, frame.getLineNumber()));
    }
}
