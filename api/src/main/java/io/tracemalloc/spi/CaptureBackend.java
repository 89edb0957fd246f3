package io.tracemalloc.spi;

import io.tracemalloc.Traceback;
import io.tracemalloc.TracedMemory;
import java.util.Optional;

/**
 * Records the allocations of this JVM for one session.
 *
 * <p>The session calls {@link #start} once, then the others in any order, and {@link #stop} once; it never calls two
 * methods at the same time, except {@link #tracedMemory}, {@link #overheadBytes}, {@link #dropped},
 * {@link #objectTraceback} and {@link #unrecorded}, which may come from any thread at any time between start and stop. Application threads allocate all the while. Whatever a
 * backend runs on them must not block, must not throw, and must drop and count what it cannot record.
 */
public interface CaptureBackend {

    /**
     * Starts to record.
     *
     * @throws IllegalStateException if the JVM refuses, in one line that names the cure
     */
    void start();

    /** Stops to record, forgets everything and gives the application its original speed back. */
    void stop();

    /** Forgets all records and resets current and peak; goes on recording. */
    void clear();

    /**
     * Writes all records since start or clear, without stopping to record and without any of its own allocations; then
     * its own memory, and how much it dropped or truncated. Events that happen meanwhile may be in or not.
     */
    void writeTo(AllocationSink sink);

    /** Live memory as of the last garbage collection, and its peak; {@link TracedMemory#NONE} if not followed. */
    TracedMemory tracedMemory();

    /** Sets the peak to the current traced memory. */
    void resetPeak();

    /**
     * Has the JVM collect garbage where it ignores {@link System#gc}, if the backend has another way to ask; whether it
     * did.
     */
    default boolean collectGarbage() {
        return false;
    }

    /** Bytes of Java heap and native memory that the backend itself holds. */
    long overheadBytes();

    /**
     * Events not recorded since start or clear: the number that {@link #writeTo} states, cheap to ask at any time. A
     * backend that never drops anything need not do more.
     */
    default long dropped() {
        return 0;
    }

    /** Where this very object was allocated; empty if the backend did not follow it. Identity, not equality. */
    Optional<Traceback> objectTraceback(Object object);

    /**
     * Does some of the tracer's own work without recording what it allocates. Runs it once, on this thread or, while
     * this one waits, on another; passes on what it throws. May nest, and may outlast {@link #stop}.
     *
     * <p>A backend that does not do better records the tracer's work as if it were the application's.
     */
    default void unrecorded(Runnable work) {
        work.run();
    }
}
