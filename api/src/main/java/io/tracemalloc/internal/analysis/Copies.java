package io.tracemalloc.internal.analysis;

import io.tracemalloc.Metric;
import io.tracemalloc.internal.columns.RecordColumns;
import io.tracemalloc.spi.SnapshotBuilder;
import io.tracemalloc.spi.SnapshotColumns;

/** Brings columns of another make into our own, where they are checked and cannot change any more. */
public final class Copies {

    private Copies() {}

    /** The columns themselves if they are of our own make, else a copy. */
    public static RecordColumns recordColumns(SnapshotColumns columns) {
        return columns instanceof RecordColumns own ? own : (RecordColumns) copy(columns);
    }

    private static SnapshotColumns copy(SnapshotColumns source) {
        SnapshotBuilder target = new SnapshotBuilder();
        int[] tracebacks = tracebacks(source, target);
        for (int record = 0; record < source.recordCount(); record++) {
            int thread = source.thread(record);
            int id = target.newRecord(
                    tracebacks[source.traceback(record)],
                    target.type(source.typeName(source.type(record))),
                    source.domain(record),
                    target.thread(source.threadName(thread), source.threadHost(thread)),
                    source.blockSize(record));
            copyValues(source, record, target, id);
        }
        copyFacts(source, target);
        return target.build();
    }

    /** Interns all tracebacks of a source and tells their new ids. */
    static int[] tracebacks(SnapshotColumns source, SnapshotBuilder target) {
        int[] frames = new int[source.frameCount()];
        for (int i = 0; i < frames.length; i++) {
            frames[i] =
                    target.frame(source.frameClass(i), source.frameMethod(i), source.frameFile(i), source.frameLine(i));
        }
        int[] tracebacks = new int[source.tracebackCount()];
        for (int i = 0; i < tracebacks.length; i++) {
            int[] ids = new int[source.tracebackLength(i)];
            for (int j = 0; j < ids.length; j++) {
                ids[j] = frames[source.tracebackFrame(i, j)];
            }
            tracebacks[i] = target.traceback(ids, ids.length, source.totalFrames(i));
        }
        return tracebacks;
    }

    private static void copyValues(SnapshotColumns source, int record, SnapshotBuilder target, int id) {
        for (Metric metric : Metric.values()) {
            if (metric != Metric.FREED && source.has(metric)) {
                target.add(id, metric, source.count(record, metric), source.bytes(record, metric));
            }
        }
        if (source.isAged(record)) {
            for (int bucket = 0; bucket < source.ageBuckets(); bucket++) {
                target.addAged(id, bucket, source.agedCount(record, bucket), source.agedBytes(record, bucket));
            }
        }
    }

    private static void copyFacts(SnapshotColumns source, SnapshotBuilder target) {
        for (Metric metric : Metric.values()) {
            if (metric != Metric.FREED && source.has(metric)) {
                target.recorded(metric, source.exactness(metric));
            }
        }
        if (source.ageBuckets() > 0) {
            target.agesRecorded();
        }
        target.dropped(source.dropped());
        target.truncated(source.truncated());
        target.overhead(source.overheadBytes());
        source.attributes().forEach(target::attribute);
    }
}
