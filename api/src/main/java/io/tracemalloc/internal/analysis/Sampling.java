package io.tracemalloc.internal.analysis;

import io.tracemalloc.spi.AllocationSink;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How blocks were chosen that stand for others. Immutable.
 *
 * <p>A block of {@code s} bytes is chosen with probability {@code p = (1 - exp(-s / interval)) / thinning} and then counts
 * 1/p times (Horvitz and Thompson 1952). With independent blocks, {@code n} estimated blocks of this size stem from {@code n
 * p} chosen ones, and the variance of their bytes is estimated by {@code n p s² (1 - p) / p² = n s² (1 - p) / p}.
 *
 * @param intervalBytes mean bytes between samples; 1 for every block
 * @param thinning of so many samples one was kept, at least 1
 */
public record Sampling(long intervalBytes, long thinning) {

    /** Every block. */
    public static final Sampling COMPLETE = new Sampling(1, 1);

    /** How live blocks were chosen in a snapshot with these attributes and this interval. */
    public static Sampling ofLive(Map<String, String> attributes, long intervalBytes) {
        return new Sampling(
                positive(attributes.get(AllocationSink.LIVE_INTERVAL), intervalBytes),
                positive(attributes.get(AllocationSink.LIVE_THINNING), 1));
    }

    /** The same of allocated blocks. */
    public static Sampling ofAllocated(Map<String, String> attributes, long intervalBytes) {
        return new Sampling(positive(attributes.get(AllocationSink.SAMPLED_INTERVAL), intervalBytes), 1);
    }

    private static long positive(@Nullable String number, long otherwise) {
        try {
            return number == null ? otherwise : Math.max(1, Long.parseLong(number));
        } catch (NumberFormatException damaged) {
            return otherwise;
        }
    }

    /** Whether nothing was left out. */
    boolean isComplete() {
        return intervalBytes == 1 && thinning == 1;
    }

    /** Variance of {@code count} blocks that have {@code bytes} altogether, in bytes squared. */
    double variance(long count, long bytes) {
        if (bytes == 0 || isComplete()) {
            return 0;
        }
        if (count == 0) {
            // A foreign profile may have bytes alone. Of what size the blocks are is not known: s (1 - p) / p is at
            // most
            // the interval.
            return (double) bytes * intervalBytes;
        }
        double size = (double) bytes / count;
        double sampled = intervalBytes == 1 ? 1 : -Math.expm1(-size / intervalBytes);
        double chosen = sampled / thinning;
        return bytes * size * (1 - chosen) / chosen;
    }
}
