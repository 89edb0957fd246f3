package io.tracemalloc.internal.analysis;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.internal.columns.MetricColumns;
import io.tracemalloc.internal.columns.RecordColumns;
import java.util.Map;

/**
 * How far estimates from samples scatter.
 *
 * <p>A block of {@code s} bytes is sampled with probability {@code p = 1 - exp(-s / interval)} and then counts 1/p times
 * (Horvitz and Thompson 1952). With independent blocks, {@code n} estimated blocks of this size stem from {@code n p}
 * samples, and the variance of their bytes is estimated by {@code n p s² (1 - p) / p² = n s² (1 - p) / p}.
 */
public final class SampleVariance {

    /*
     * The variance is at most bytes times interval, since s (1 - p) / p <= interval. Divided by the interval it is a number
     * of bytes not above that of the blocks themselves, so sums of it fit a long wherever sums of bytes do.
     */

    private SampleVariance() {}

    /** Variance, divided by the interval, of {@code count} blocks that have {@code bytes} altogether. */
    static double inIntervals(long count, long bytes, long intervalBytes) {
        if (bytes == 0 || intervalBytes == 1) {
            return 0;
        }
        if (count == 0) {
            // A foreign profile may have bytes alone. Of what size the blocks are is not known: the bound holds for
            // all.
            return bytes;
        }
        double size = (double) bytes / count;
        double odds = 1 / Math.expm1(size / intervalBytes);
        return bytes * (size / intervalBytes) * odds;
    }

    /** The same records with the variance of their live bytes, in intervals, in place of those bytes. */
    static RecordColumns asLive(RecordColumns data, long intervalBytes) {
        MetricColumns variance = new MetricColumns(Exactness.ESTIMATED);
        MetricColumns live = data.metrics().get(Metric.LIVE);
        for (int record = 0; live != null && record < data.recordCount(); record++) {
            long size = data.blockSize(record);
            long bytes = live.bytes(record, size);
            double inIntervals = inIntervals(live.count(record), bytes, intervalBytes);
            variance.add(record, size, 0, Math.min(bytes, Math.round(inIntervals)));
        }
        return data.with(Map.of(Metric.LIVE, variance), null);
    }

    /** Variance of the sum over all records, in bytes squared. */
    public static double total(RecordColumns data, Metric metric, long intervalBytes) {
        double sum = 0;
        MetricColumns values = data.metrics().get(metric);
        for (int record = 0; values != null && record < data.recordCount(); record++) {
            sum += inIntervals(values.count(record), values.bytes(record, data.blockSize(record)), intervalBytes);
        }
        return sum * intervalBytes;
    }
}
