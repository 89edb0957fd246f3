package io.tracemalloc.jmh;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Makes the native backend leave the samples of the current thread alone, as it leaves those of its own work. */
final class QuietThread {

    private static final String NATIVES = "io.tracemalloc.capture.jvmti.NativeAgent";
    private static final MethodType NO_ARGUMENTS = MethodType.methodType(void.class);

    private final MethodHandle begin;
    private final MethodHandle end;

    private QuietThread(MethodHandle begin, MethodHandle end) {
        this.begin = begin;
        this.end = end;
    }

    /**
     * That of the tracer that runs in this JVM, whose classes programs do not see: its threads know them.
     *
     * @throws IllegalStateException if none does
     */
    static QuietThread ofTracer() {
        ClassLoader loader = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("tracemalloc-"))
                .map(Thread::getContextClassLoader)
                .findAny()
                .orElseThrow(() -> new IllegalStateException("the tracer has no thread"));
        try {
            Class<?> natives = Class.forName(NATIVES, true, loader);
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(natives, MethodHandles.lookup());
            return new QuietThread(
                    lookup.findStatic(natives, "beginQuiet", NO_ARGUMENTS),
                    lookup.findStatic(natives, "endQuiet", NO_ARGUMENTS));
        } catch (ReflectiveOperationException absent) {
            throw new IllegalStateException(absent);
        }
    }

    void begin() {
        call(begin);
    }

    void end() {
        call(end);
    }

    private static void call(MethodHandle handle) {
        try {
            handle.invokeExact();
        } catch (Throwable failed) {
            throw new IllegalStateException(failed);
        }
    }
}
