package io.tracemalloc.capture.jvmti;

import io.tracemalloc.internal.DaemonThreads;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Does the tracer's own work without recording it. */
final class QuietThread {

    /** Superclass of the threads that may move to another carrier in between; JDK 17 has none. */
    private static final String VIRTUAL = "java.lang.BaseVirtualThread";

    private QuietThread() {}

    /** Runs the work on this thread, or where that is virtual, on another one while this one waits. */
    static void run(Runnable work) {
        if (isVirtual(Thread.currentThread())) {
            runElsewhere(work);
        } else {
            runHere(work);
        }
    }

    private static void runHere(Runnable work) {
        NativeAgent.beginQuiet();
        try {
            work.run();
        } finally {
            NativeAgent.endQuiet();
        }
    }

    static boolean isVirtual(Thread thread) {
        for (Class<?> type = thread.getClass(); type != Thread.class; type = type.getSuperclass()) {
            if (type.getName().equals(VIRTUAL)) {
                return true;
            }
        }
        return false;
    }

    private static void runElsewhere(Runnable work) {
        FutureTask<Boolean> task = new FutureTask<>(work, true);
        DaemonThreads.create("tracemalloc-worker", task).start();
        boolean interrupted = false;
        while (true) {
            try {
                task.get();
                break;
            } catch (InterruptedException later) {
                interrupted = true;
            } catch (ExecutionException failure) {
                rethrow(failure);
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void rethrow(ExecutionException failure) {
        if (failure.getCause() instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failure.getCause() instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException(failure);
    }
}
