package io.tracemalloc.statistic;

import io.tracemalloc.Traceback;
import java.util.Objects;

/**
 * Blocks and bytes of one group of traces in a new snapshot, and how they differ from an old one.
 *
 * <p>A group that only the old snapshot has is there with size and count 0.
 *
 * <p>Immutable; safe for any thread.
 *
 * @param traceback what the group shares, as in {@link Statistic}
 * @param key the name of the group, as in {@link Statistic}
 * @param size bytes in the new snapshot
 * @param sizeDiff new minus old bytes
 * @param count blocks in the new snapshot
 * @param countDiff new minus old blocks
 * @param estimated whether the numbers of either snapshot were scaled or divided by samples rather than counted
 */
public record StatisticDiff(
        Traceback traceback, String key, long size, long sizeDiff, long count, long countDiff, boolean estimated) {

    /** Creates a difference. */
    public StatisticDiff {
        Objects.requireNonNull(traceback, "traceback");
        Objects.requireNonNull(key, "key");
    }

    /** Mean bytes of a block in the new snapshot; 0 if there is none. */
    public double average() {
        return count == 0 ? 0 : (double) size / count;
    }

    /**
     * As tracemalloc prints it: {@code com/acme/Foo.java:42: size=645 KiB (+645 KiB), count=14998 (+14998), average=44
     * B}.
     */
    @Override
    public String toString() {
        String text =
                Statistic.label(key) + ": size=" + SizeFormat.format(size) + " (" + SizeFormat.formatDiff(sizeDiff)
                        + "), count=" + count + " (" + (countDiff < 0 ? "" : "+") + countDiff + ')';
        return count == 0 ? text : text + ", average=" + SizeFormat.format(average());
    }
}
