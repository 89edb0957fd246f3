package io.tracemalloc.internal.analysis;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.internal.columns.MetricColumns;
import io.tracemalloc.internal.columns.RecordColumns;
import java.util.Map;

/** How far estimates from samples scatter: {@link Sampling} has the formula. */
public final class SampleVariance {

    private SampleVariance() {}

    /**
     * The same records with the variance of their live bytes in place of those bytes.
     *
     * @param unit bytes squared that 1 stands for, see {@link #unitOfLive}
     */
    static RecordColumns asLive(RecordColumns data, Sampling sampling, double unit) {
        MetricColumns variance = new MetricColumns(Exactness.ESTIMATED);
        MetricColumns live = data.metrics().get(Metric.LIVE);
        for (int record = 0; live != null && record < data.recordCount(); record++) {
            long size = data.blockSize(record);
            long bytes = live.bytes(record, size);
            double units = sampling.variance(live.count(record), bytes) / unit;
            variance.add(record, size, 0, Math.min(bytes, Math.round(units)));
        }
        return data.with(Map.of(Metric.LIVE, variance), null);
    }

    /**
     * No less than the variance per byte of any live record: in this unit, sums of variances fit a long as sums of bytes do.
     * It is {@code s (1 - p) / p}, at most {@code thinning * interval + (thinning - 1) s}, since {@code 1 - exp(-s / interval)}
     * is {@code s / (interval + s)} or more.
     */
    static double unitOfLive(RecordColumns data, Sampling sampling) {
        double unit = (double) sampling.thinning() * sampling.intervalBytes();
        return sampling.thinning() == 1 ? unit : unit + (sampling.thinning() - 1) * largestBlock(data);
    }

    /** Mean bytes of the blocks of a live record, where these are largest. */
    private static double largestBlock(RecordColumns data) {
        double largest = 0;
        MetricColumns live = data.metrics().get(Metric.LIVE);
        for (int record = 0; live != null && record < data.recordCount(); record++) {
            long count = live.count(record);
            if (count > 0) {
                largest = Math.max(largest, (double) live.bytes(record, data.blockSize(record)) / count);
            }
        }
        return largest;
    }

    /** Variance of the sum over all records, in bytes squared. */
    public static double total(RecordColumns data, Metric metric, Sampling sampling) {
        double sum = 0;
        MetricColumns values = data.metrics().get(metric);
        for (int record = 0; values != null && record < data.recordCount(); record++) {
            sum += sampling.variance(values.count(record), values.bytes(record, data.blockSize(record)));
        }
        return sum;
    }
}
