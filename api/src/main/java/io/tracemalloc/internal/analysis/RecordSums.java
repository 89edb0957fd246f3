package io.tracemalloc.internal.analysis;

import io.tracemalloc.Metric;
import io.tracemalloc.internal.columns.LongColumn;
import io.tracemalloc.internal.columns.MetricColumns;
import io.tracemalloc.internal.columns.RecordColumns;
import java.util.Objects;

/** The one pass over all records: adds them up by an id that each of them has. */
final class RecordSums {

    /** Gives the records of a segment their ids. */
    @FunctionalInterface
    interface Ids {

        /** Fills in the ids and returns a number above all ids given so far. */
        int read(int segment, int length, int[] target);
    }

    private RecordSums() {}

    /** Sums by a column of ids below a known number. */
    static Totals byColumn(RecordColumns data, Metric metric, LongColumn column, int ids) {
        return by(data, metric, (segment, length, target) -> {
            column.read(segment, length, target);
            return ids;
        });
    }

    static Totals by(RecordColumns data, Metric metric, Ids ids) {
        MetricColumns values = Objects.requireNonNull(data.metrics().get(metric), "metric");
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
}
