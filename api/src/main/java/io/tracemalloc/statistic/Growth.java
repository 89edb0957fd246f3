package io.tracemalloc.statistic;

import io.tracemalloc.Traceback;
import java.util.List;
import java.util.Objects;

/**
 * How the live memory of one group changed over several snapshots, and how far sampling alone could explain it.
 *
 * <p>Sizes are bytes. Immutable; safe for any thread.
 *
 * @param traceback what the group shows as its place; empty for groupings that are no places
 * @param key the name of the group
 * @param sizes live bytes in each snapshot, the oldest first; one or more
 * @param counts live blocks in each snapshot
 * @param standardError standard error of {@link #sizeDiff()} that comes from sampling; 0 if every block was counted.
 *     It takes the samples of the two snapshots for independent. Where blocks live in both they are not, and the true
 *     error is smaller.
 */
public record Growth(Traceback traceback, String key, List<Long> sizes, List<Long> counts, double standardError) {

    /** Quantile of the normal distribution: 95 of 100 values lie within so many standard errors. */
    private static final double WITHIN_95_PERCENT = 1.96;

    /**
     * Checks and creates a growth.
     *
     * @throws IllegalArgumentException if there are no sizes, another number of counts, or the error is negative
     */
    public Growth {
        Objects.requireNonNull(traceback, "traceback");
        Objects.requireNonNull(key, "key");
        sizes = List.copyOf(sizes);
        counts = List.copyOf(counts);
        if (sizes.isEmpty() || sizes.size() != counts.size()) {
            throw new IllegalArgumentException(
                    "there must be 1 or more sizes and as many counts, got " + sizes.size() + " and " + counts.size());
        }
        if (!(standardError >= 0)) {
            throw new IllegalArgumentException("standard error must be 0 or more, got " + standardError);
        }
    }

    /** Live bytes in the newest snapshot. */
    public long size() {
        return sizes.get(sizes.size() - 1);
    }

    /** Live blocks in the newest snapshot. */
    public long count() {
        return counts.get(counts.size() - 1);
    }

    /** The newest size less the oldest; of one snapshot, its size. */
    public long sizeDiff() {
        return sizes.size() == 1 ? size() : size() - sizes.get(0);
    }

    /** The newest count less the oldest; of one snapshot, its count. */
    public long countDiff() {
        return counts.size() == 1 ? count() : count() - counts.get(0);
    }

    /** Whether the difference is larger than sampling explains in 95 of 100 cases. */
    public boolean significant() {
        return sizeDiff() != 0 && Math.abs(sizeDiff()) > WITHIN_95_PERCENT * standardError;
    }

    /** Whether it grew, and by more than sampling explains. */
    public boolean grew() {
        return sizeDiff() > 0 && significant();
    }
}
