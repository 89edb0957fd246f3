package io.tracemalloc.spi;

import io.tracemalloc.Snapshot;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Traceback;
import io.tracemalloc.TracedMemory;
import java.util.Optional;

/**
 * The one tracing session of this JVM, whoever asks: what {@link io.tracemalloc.Tracemalloc}, agents and remote
 * channels steer. Safe for any thread at any time; {@link io.tracemalloc.Tracemalloc} documents each operation.
 */
public interface SessionControl {

    /** Whether allocations are recorded. */
    boolean isTracing();

    /** Starts with these options; keeps the running session if there is one. */
    void start(TraceOptions options);

    /** Stops and forgets; nothing happens if it does not trace. */
    void stop();

    /** Forgets all traces. */
    void clearTraces();

    /** Options of the running session, or of the last one. */
    TraceOptions options();

    /** Current and peak memory. */
    TracedMemory tracedMemory();

    /** Sets the peak to the current memory. */
    void resetPeak();

    /** Collects garbage, so that live values are fresh; why that could not be done, in one line, or empty. */
    Optional<String> collectGarbage();

    /** The tracer's own memory. */
    long overheadBytes();

    /** Where an object was allocated. */
    Optional<Traceback> objectTraceback(Object object);

    /** A snapshot; {@link IllegalStateException} if it does not trace. */
    Snapshot takeSnapshot();

    /** What a remote client is told of the session. */
    RemoteStatus status();

    /** Records a block of another address space. */
    boolean track(int domain, long address, long sizeBytes);

    /** Forgets it again. */
    boolean untrack(int domain, long address);
}
