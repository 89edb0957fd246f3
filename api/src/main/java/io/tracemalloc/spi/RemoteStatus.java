package io.tracemalloc.spi;

import io.tracemalloc.TracedMemory;
import java.time.Duration;
import java.util.Objects;

/**
 * What another JVM says of its tracing session.
 *
 * <p>Immutable; safe for any thread.
 *
 * @param tracing whether it traces
 * @param frames traceback limit, of the running session or the last one
 * @param intervalBytes mean bytes between samples
 * @param backend name of the capture backend at work; empty if it does not trace
 * @param memory live memory now and its peak
 * @param overheadBytes the tracer's own memory
 * @param dropped events that were not recorded
 * @param pid process id, as that JVM sees it
 * @param jvm name and version of the JVM
 * @param program main class or jar, empty if unknown
 * @param uptime since that JVM started
 */
public record RemoteStatus(
        boolean tracing,
        int frames,
        long intervalBytes,
        String backend,
        TracedMemory memory,
        long overheadBytes,
        long dropped,
        long pid,
        String jvm,
        String program,
        Duration uptime) {

    /** Creates a status. */
    public RemoteStatus {
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(jvm, "jvm");
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(uptime, "uptime");
    }
}
