package io.tracemalloc;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * When and with what options a snapshot was taken.
 *
 * <p>Immutable; safe for any thread.
 *
 * @param time when it was taken
 * @param duration since tracing started or was cleared; zero if unknown
 * @param tracebackLimit most frames that a traceback keeps, 1 or more
 * @param intervalBytes mean bytes between samples, 1 = every block
 * @param defaultMetric what tools show first
 */
public record SnapshotInfo(
        Instant time, Duration duration, int tracebackLimit, long intervalBytes, Metric defaultMetric) {

    /**
     * Creates the facts.
     *
     * @throws IllegalArgumentException if a number is below its minimum
     */
    public SnapshotInfo {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(duration, "duration");
        Objects.requireNonNull(defaultMetric, "defaultMetric");
        if (tracebackLimit < 1) {
            throw new IllegalArgumentException("traceback limit must be 1 or more, got " + tracebackLimit);
        }
        if (intervalBytes < 1) {
            throw new IllegalArgumentException("interval must be 1 or more bytes, got " + intervalBytes);
        }
    }
}
