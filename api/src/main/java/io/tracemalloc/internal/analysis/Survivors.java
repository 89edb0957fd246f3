package io.tracemalloc.internal.analysis;

import io.tracemalloc.Domain;
import io.tracemalloc.Metric;
import io.tracemalloc.internal.columns.AgeColumns;
import io.tracemalloc.internal.columns.MetricColumns;
import io.tracemalloc.internal.columns.RecordColumns;
import java.util.Map;

/** The live blocks that are old enough. */
public final class Survivors {

    private Survivors() {}

    /** The lowest bucket whose blocks have all survived so many collections. */
    public static int firstBucket(long collections) {
        return collections == 0 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(collections - 1) + 1;
    }

    /**
     * The same records with those live blocks only that have certainly survived so many collections. Outside the Java
     * heap nobody counts collections, so that records without ages are kept whole there.
     */
    public static RecordColumns of(RecordColumns data, AgeColumns ages, long collections) {
        int first = firstBucket(collections);
        MetricColumns live = new MetricColumns(data.exactness(Metric.LIVE));
        AgeColumns kept = new AgeColumns();
        for (int record = 0; record < data.recordCount(); record++) {
            if (ages.isAged(record)) {
                add(data, ages, record, first, live, kept);
            } else if (data.domain(record) != Domain.JAVA_HEAP) {
                live.add(
                        record,
                        data.blockSize(record),
                        data.count(record, Metric.LIVE),
                        data.bytes(record, Metric.LIVE));
            }
        }
        return data.with(Map.of(Metric.LIVE, live), kept);
    }

    private static void add(
            RecordColumns data, AgeColumns ages, int record, int first, MetricColumns live, AgeColumns kept) {
        long count = 0;
        long bytes = 0;
        for (int bucket = first; bucket < ages.buckets(); bucket++) {
            long aged = ages.count(record, bucket);
            long agedBytes = ages.bytes(record, bucket);
            kept.add(record, bucket, aged, agedBytes);
            count += aged;
            bytes += agedBytes;
        }
        // A file may claim that more blocks are old than live.
        count = Math.min(count, data.count(record, Metric.LIVE));
        bytes = Math.min(bytes, data.bytes(record, Metric.LIVE));
        live.add(record, data.blockSize(record), count, bytes);
    }
}
