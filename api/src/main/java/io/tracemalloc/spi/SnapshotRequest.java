package io.tracemalloc.spi;

import io.tracemalloc.Metric;
import java.time.Duration;
import java.util.Objects;

/**
 * Which snapshot a client asks another JVM for.
 *
 * <p>Immutable; safe for any thread.
 *
 * @param gc whether to collect garbage first, so that live values are fresh
 * @param first what tools are to show first, {@link Metric#LIVE} or {@link Metric#ALLOCATED}
 * @param span zero for all since tracing started; else the difference over this span of time, from now on
 */
public record SnapshotRequest(boolean gc, Metric first, Duration span) {

    /** Live first, everything since tracing started, without a collection. */
    public static final SnapshotRequest DEFAULT = new SnapshotRequest(false, Metric.LIVE, Duration.ZERO);

    /**
     * Checks and creates a request.
     *
     * @throws IllegalArgumentException if the span is negative, or the metric is none of the two
     */
    public SnapshotRequest {
        Objects.requireNonNull(span, "span");
        if (first != Metric.LIVE && first != Metric.ALLOCATED) {
            throw new IllegalArgumentException("first must be live or allocated, got " + first.label());
        }
        if (span.isNegative()) {
            throw new IllegalArgumentException("span must be 0 or more, got " + span);
        }
    }
}
