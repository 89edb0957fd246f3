package io.tracemalloc.statistic;

import io.tracemalloc.Traceback;
import java.util.Objects;

/**
 * Blocks and bytes of one group of traces.
 *
 * <p>Which events move it depends on the metric that was added up, see {@link io.tracemalloc.Metric}.
 *
 * <p>Immutable; safe for any thread.
 *
 * @param traceback what the group shares, for groupings by line, file and traceback: one frame; one frame with line 0
 *     and without class and method; or the whole traceback. Where traces of one group differ in class or method, which
 *     these groupings do not look at, it is the first of them in natural order. Empty for all other groupings
 * @param key the name of the group: the allocation site as text for groupings by line, file and traceback, the
 *     class, method, package, thread or domain for the others; empty if that is unknown
 * @param size bytes
 * @param count blocks
 * @param estimated whether size and count were scaled or divided by samples rather than counted
 */
public record Statistic(Traceback traceback, String key, long size, long count, boolean estimated) {

    /** Creates a statistic. */
    public Statistic {
        Objects.requireNonNull(traceback, "traceback");
        Objects.requireNonNull(key, "key");
    }

    /** Mean bytes of a block; 0 if there is none. */
    public double average() {
        return count == 0 ? 0 : (double) size / count;
    }

    /** As tracemalloc prints it: {@code com/acme/Foo.java:42: size=583 KiB, count=14994, average=40 B}. */
    @Override
    public String toString() {
        String text = label(key) + ": size=" + SizeFormat.format(size) + ", count=" + count;
        return count == 0 ? text : text + ", average=" + SizeFormat.format(average());
    }

    static String label(String key) {
        return key.isEmpty() ? "<unknown>" : key;
    }
}
