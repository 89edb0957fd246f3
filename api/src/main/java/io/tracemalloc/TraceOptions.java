package io.tracemalloc;

import java.util.Objects;

/**
 * What a session records, and how: the traceback limit, the backend, sampling and live tracking.
 *
 * <p>Immutable; safe for any thread. Start from {@link #DEFAULTS} and refine with the {@code with} methods:
 *
 * <pre>{@code
 * TraceOptions options = TraceOptions.DEFAULTS.withFrames(25).withLive(LiveTracking.EXACT);
 * }</pre>
 *
 * @param frames traceback limit, 1..65535
 * @param backend name of the capture backend, or {@code auto} for the best that is available
 * @param intervalBytes mean bytes between samples, 1 or more; 1 = every block; the first samples of a session may be closer
 * @param live which blocks are followed until they are reclaimed
 * @param memoryLimitBytes bound of the tracer's own memory; beyond it the tracer thins its samples and says so
 * @param threads whether records are kept apart by allocating thread
 * @param exactCallers whether what the JDK allocates is counted, rather than estimated from samples, for each line of
 *     the program that called it; needs 2 frames or more
 */
public record TraceOptions(
        int frames,
        String backend,
        long intervalBytes,
        LiveTracking live,
        long memoryLimitBytes,
        boolean threads,
        boolean exactCallers) {

    /** The largest traceback limit. */
    public static final int MAX_FRAMES = 65_535;

    /** Name of the choice that takes the best available backend. */
    public static final String AUTO = "auto";

    /** One frame, best backend, 512 KiB interval, sampled live set, 256 MiB of tracer memory, threads together. */
    public static final TraceOptions DEFAULTS =
            new TraceOptions(1, AUTO, 512 * 1024, LiveTracking.SAMPLED, 256L << 20, false, false);

    /**
     * Checks and creates options.
     *
     * @throws IllegalArgumentException if a number is out of its range, the message names both; or if exact callers go with one frame
     */
    public TraceOptions {
        if (frames < 1 || frames > MAX_FRAMES) {
            throw new IllegalArgumentException("frames must be in 1.." + MAX_FRAMES + ", got " + frames);
        }
        Objects.requireNonNull(backend, "backend");
        if (intervalBytes < 1) {
            throw new IllegalArgumentException("interval must be 1 or more bytes, got " + intervalBytes);
        }
        Objects.requireNonNull(live, "live");
        if (memoryLimitBytes < 1 << 20) {
            throw new IllegalArgumentException("memory-limit must be 1m or more, got " + memoryLimitBytes);
        }
        if (exactCallers && frames < 2) {
            throw new IllegalArgumentException("callers=exact needs frames=2 or more, got frames=" + frames);
        }
    }

    /** These options with another traceback limit. */
    public TraceOptions withFrames(int frames) {
        return new TraceOptions(frames, backend, intervalBytes, live, memoryLimitBytes, threads, exactCallers);
    }

    /** These options with another backend. */
    public TraceOptions withBackend(String backend) {
        return new TraceOptions(frames, backend, intervalBytes, live, memoryLimitBytes, threads, exactCallers);
    }

    /** These options with another sampling interval. */
    public TraceOptions withIntervalBytes(long intervalBytes) {
        return new TraceOptions(frames, backend, intervalBytes, live, memoryLimitBytes, threads, exactCallers);
    }

    /** These options with another live tracking. */
    public TraceOptions withLive(LiveTracking live) {
        return new TraceOptions(frames, backend, intervalBytes, live, memoryLimitBytes, threads, exactCallers);
    }

    /** These options with another bound of the tracer's memory. */
    public TraceOptions withMemoryLimitBytes(long memoryLimitBytes) {
        return new TraceOptions(frames, backend, intervalBytes, live, memoryLimitBytes, threads, exactCallers);
    }

    /** These options with records kept apart by thread, or not. */
    public TraceOptions withThreads(boolean threads) {
        return new TraceOptions(frames, backend, intervalBytes, live, memoryLimitBytes, threads, exactCallers);
    }

    /** These options with what the JDK allocates counted for each line of the program, or not. */
    public TraceOptions withExactCallers(boolean exactCallers) {
        return new TraceOptions(frames, backend, intervalBytes, live, memoryLimitBytes, threads, exactCallers);
    }
}
