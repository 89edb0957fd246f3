package io.tracemalloc.cli;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.spi.SnapshotBuilder;
import io.tracemalloc.spi.SnapshotColumns;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Adds up the snapshots of several JVMs. */
final class MergedSnapshot {

    /** Facts that add up. */
    private static final Set<String> SUMS =
            Set.of("unattributed_bytes", "removed_by_jit_bytes", "heap_allocated_bytes");

    private final SnapshotBuilder builder = new SnapshotBuilder();
    private final Map<String, Long> sums = new TreeMap<>();

    private MergedSnapshot() {}

    /** One snapshot with the records of all; the options are those of the first. */
    static Snapshot of(List<Snapshot> snapshots) {
        if (snapshots.size() == 1) {
            return snapshots.get(0);
        }
        MergedSnapshot merged = new MergedSnapshot();
        snapshots.forEach(snapshot -> merged.add(snapshot.columns()));
        merged.sums.forEach((key, value) -> merged.builder.attribute(key, Long.toString(value)));
        return merged.builder.snapshot(snapshots.get(0).info());
    }

    private void add(SnapshotColumns columns) {
        int[] tracebacks = tracebacks(columns);
        if (columns.ageBuckets() > 0) {
            builder.agesRecorded();
        }
        for (Metric metric : Metric.values()) {
            if (metric != Metric.FREED && columns.has(metric)) {
                builder.recorded(metric, columns.exactness(metric));
            }
        }
        for (int record = 0; record < columns.recordCount(); record++) {
            int copy = builder.record(
                    tracebacks[columns.traceback(record)],
                    builder.type(columns.typeName(columns.type(record))),
                    columns.domain(record),
                    builder.thread(columns.threadName(columns.thread(record))),
                    columns.blockSize(record));
            for (Metric metric : Metric.values()) {
                if (metric != Metric.FREED && columns.has(metric)) {
                    builder.add(copy, metric, columns.count(record, metric), columns.bytes(record, metric));
                }
            }
            addAges(columns, record, copy);
        }
        builder.dropped(columns.dropped());
        builder.truncated(columns.truncated());
        builder.overhead(columns.overheadBytes());
        columns.attributes().forEach(this::addAttribute);
    }

    private void addAges(SnapshotColumns columns, int record, int copy) {
        if (columns.isAged(record)) {
            for (int bucket = 0; bucket < columns.ageBuckets(); bucket++) {
                builder.addAged(copy, bucket, columns.agedCount(record, bucket), columns.agedBytes(record, bucket));
            }
        }
    }

    private int[] tracebacks(SnapshotColumns columns) {
        int[] frames = new int[columns.frameCount()];
        for (int frame = 0; frame < frames.length; frame++) {
            frames[frame] = builder.frame(
                    columns.frameClass(frame),
                    columns.frameMethod(frame),
                    columns.frameFile(frame),
                    columns.frameLine(frame));
        }
        int[] tracebacks = new int[columns.tracebackCount()];
        for (int traceback = 0; traceback < tracebacks.length; traceback++) {
            int length = columns.tracebackLength(traceback);
            int[] ids = new int[length];
            for (int i = 0; i < length; i++) {
                ids[i] = frames[columns.tracebackFrame(traceback, i)];
            }
            tracebacks[traceback] = builder.traceback(ids, length, columns.totalFrames(traceback));
        }
        return tracebacks;
    }

    private void addAttribute(String key, String value) {
        if (SUMS.contains(key)) {
            Attributes.bytes(value).ifPresent(bytes -> sums.merge(key, bytes, Long::sum));
        }
    }
}
