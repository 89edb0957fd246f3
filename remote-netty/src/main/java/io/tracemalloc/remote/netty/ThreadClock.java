package io.tracemalloc.remote.netty;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Processor time of one thread, which alone may ask. */
class ThreadClock {

    private static final @Nullable ThreadMXBean THREADS = threads();

    private long last = now();

    /** Nanoseconds since it was asked last, or made; 0 where the JVM does not tell. */
    long elapsed() {
        long now = now();
        long elapsed = now - last;
        last = now;
        return elapsed;
    }

    private static @Nullable ThreadMXBean threads() {
        try {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            return threads.isCurrentThreadCpuTimeSupported() ? threads : null;
        } catch (LinkageError withoutManagement) {
            // A run-time image without the module java.management.
            return null;
        }
    }

    private static long now() {
        return THREADS == null ? 0 : Math.max(0, THREADS.getCurrentThreadCpuTime());
    }

    /**
     * What the current thread has waited for a processor so far, in nanoseconds; -1 where the system does not tell. The
     * second number of Linux's schedstat (Documentation/scheduler/sched-stats).
     */
    static long waitedNanos() {
        try {
            String line = Files.readString(Path.of("/proc/thread-self/schedstat"), StandardCharsets.US_ASCII);
            return Long.parseLong(line.split(" ", 3)[1]);
        } catch (IOException | RuntimeException untold) {
            return -1;
        }
    }
}
