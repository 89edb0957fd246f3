package io.tracemalloc.internal.analysis;

import io.tracemalloc.Metric;
import io.tracemalloc.internal.columns.LongColumn;
import io.tracemalloc.internal.columns.MetricColumns;
import io.tracemalloc.internal.columns.RecordColumns;
import java.util.Objects;

/** The one pass over all records: adds them up by an id that each of them has. */
public final class RecordSums {

    /** Gives the records of a segment their ids. */
    @FunctionalInterface
    interface Ids {

        /** Fills in the ids and returns a number above all ids given so far. */
        int read(int segment, int length, int[] target);
    }

    /** Decodes the values of a segment. */
    @FunctionalInterface
    private interface Values {

        void read(int segment, int length, long[] sizes, long[] counts, long[] bytes);
    }

    private RecordSums() {}

    /** Bytes of all records. */
    public static long totalBytes(RecordColumns data, Metric metric) {
        return all(data, metric).bytes(0);
    }

    /** Blocks of all records. */
    public static long totalCount(RecordColumns data, Metric metric) {
        return all(data, metric).count(0);
    }

    private static Totals all(RecordColumns data, Metric metric) {
        // A new buffer is all zeros.
        return by(data, metric, (segment, length, target) -> 1);
    }

    /** Sums by a column of ids below a known number. */
    static Totals byColumn(RecordColumns data, Metric metric, LongColumn column, int ids) {
        return by(data, metric, (segment, length, target) -> {
            column.read(segment, length, target);
            return ids;
        });
    }

    static Totals by(RecordColumns data, Metric metric, Ids ids) {
        Values values = values(data, metric);
        LongColumn blockSizes = data.records().blockSizes();
        int records = data.recordCount();
        int[] id = new int[LongColumn.SEGMENT];
        long[] sizes = new long[LongColumn.SEGMENT];
        long[] counts = new long[LongColumn.SEGMENT];
        long[] bytes = new long[LongColumn.SEGMENT];
        Totals totals = new Totals(0);
        for (int segment = 0; segment < LongColumn.segments(records); segment++) {
            int length = LongColumn.length(segment, records);
            totals.ensure(ids.read(segment, length, id));
            blockSizes.read(segment, length, sizes);
            values.read(segment, length, sizes, counts, bytes);
            totals.addAll(id, counts, bytes, length);
        }
        return totals;
    }

    private static Values values(RecordColumns data, Metric metric) {
        return metric == Metric.FREED
                ? freed(recorded(data, Metric.ALLOCATED), recorded(data, Metric.LIVE))
                : recorded(data, metric)::read;
    }

    private static MetricColumns recorded(RecordColumns data, Metric metric) {
        return Objects.requireNonNull(data.metrics().get(metric), "metric");
    }

    /** As {@link RecordColumns} has them: no record's are below 0, so that sums of groups add up to those of all. */
    private static Values freed(MetricColumns allocated, MetricColumns live) {
        long[] liveCounts = new long[LongColumn.SEGMENT];
        long[] liveBytes = new long[LongColumn.SEGMENT];
        return (segment, length, sizes, counts, bytes) -> {
            allocated.read(segment, length, sizes, counts, bytes);
            live.read(segment, length, sizes, liveCounts, liveBytes);
            for (int i = 0; i < length; i++) {
                counts[i] = Math.max(0, counts[i] - liveCounts[i]);
                bytes[i] = Math.max(0, bytes[i] - liveBytes[i]);
            }
        };
    }
}
