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

    /** The largest variance per live byte of a record: in this unit, sums of variances fit a long as sums of bytes do. */
    static double unitOfLive(RecordColumns data, Sampling sampling) {
        double unit = 1;
        MetricColumns live = data.metrics().get(Metric.LIVE);
        for (int record = 0; live != null && record < data.recordCount(); record++) {
            long bytes = live.bytes(record, data.blockSize(record));
            if (bytes > 0) {
                unit = Math.max(unit, sampling.variance(live.count(record), bytes) / bytes);
            }
        }
        return unit;
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
