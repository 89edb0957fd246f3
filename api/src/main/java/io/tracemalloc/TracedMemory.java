package io.tracemalloc;

/**
 * Memory traced at one instant, with the peak reached since the last reset.
 *
 * <p>Sizes are bytes including object headers and excluding the tracer's own tables. If the session samples, they are
 * estimates: a block of {@code s} bytes is seen with probability {@code 1 - exp(-s / interval)} and is weighted by the
 * inverse (the scaling pprof applies to heap samples).
 *
 * <p>Immutable; safe for any thread.
 *
 * @param currentBytes live bytes as of the last garbage collection; never negative
 * @param peakBytes largest value of {@code currentBytes} so far; never below it
 * @param estimated whether the sizes were scaled from samples
 */
public record TracedMemory(long currentBytes, long peakBytes, boolean estimated) {

    /** What is reported while nothing is traced: nothing, exactly. */
    public static final TracedMemory NONE = new TracedMemory(0, 0, false);

    /**
     * Creates a reading.
     *
     * @throws IllegalArgumentException if a size is negative or the peak is below the current size
     */
    public TracedMemory {
        if (currentBytes < 0) {
            throw new IllegalArgumentException("current bytes must be 0 or more, got " + currentBytes);
        }
        if (peakBytes < currentBytes) {
            throw new IllegalArgumentException(
                    "peak must not be below current, got " + peakBytes + " below " + currentBytes);
        }
    }
}
