package io.tracemalloc.storage.protobuf;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.spi.SnapshotColumns;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Writes a snapshot as protobuf, as {@code snapshot-file.md} beside {@code profile.proto} describes: facts first, then strings, functions and locations, then samples, so that a reader
 * can resolve each sample when it meets it.
 *
 * <p>Memory: one number per traceback, frame, class and thread, the names, and buffers of fixed size.
 */
final class SnapshotWriter {

    private final SnapshotColumns columns;
    private final SnapshotInfo info;
    private final StringTable strings = new StringTable();
    private final ProfileOutput out;
    private final WireWriter message = new WireWriter();

    private SnapshotWriter(Snapshot snapshot, OutputStream out) {
        this.columns = snapshot.columns();
        this.info = snapshot.info();
        this.out = new ProfileOutput(out);
    }

    static void write(Snapshot snapshot, Metric defaultMetric, OutputStream out) throws IOException {
        write(snapshot, defaultMetric, out, Rows.CAPACITY);
    }

    /** Holds at most this many records at a time. */
    static void write(Snapshot snapshot, Metric defaultMetric, OutputStream out, int capacity) throws IOException {
        new SnapshotWriter(snapshot, out).write(defaultMetric, capacity);
    }

    private void write(Metric defaultMetric, int capacity) throws IOException {
        Usage usage = new Usage(columns);
        writeFacts(defaultMetric);
        FrameTable frames = new FrameTable(columns, usage, strings);
        Kinds kinds = new Kinds(columns, usage, strings);
        if (kinds.hasHosts()) {
            strings.index(Schema.LABEL_HOST);
        }
        for (String text : strings.inOrder()) {
            out.text(Schema.PROFILE_STRING_TABLE, text);
        }
        frames.write(out);
        Rows rows = new Rows(columns, kinds, capacity);
        SampleWriter samples = new SampleWriter(columns, kinds, rows, frames, strings, out);
        new RecordGroups(columns, usage, rows, samples).visit();
        out.number(Schema.PROFILE_END, samples.records() + 1);
        out.flush();
    }

    private void writeFacts(Metric defaultMetric) throws IOException {
        out.number(Schema.PROFILE_FORMAT_VERSION, Schema.FORMAT_VERSION);
        valueType(Schema.PROFILE_SAMPLE_TYPE, Schema.ALLOC_OBJECTS, Schema.COUNT);
        valueType(Schema.PROFILE_SAMPLE_TYPE, Schema.ALLOC_SPACE, Schema.BYTES);
        valueType(Schema.PROFILE_SAMPLE_TYPE, Schema.INUSE_OBJECTS, Schema.COUNT);
        valueType(Schema.PROFILE_SAMPLE_TYPE, Schema.INUSE_SPACE, Schema.BYTES);
        valueType(Schema.PROFILE_PERIOD_TYPE, Schema.SPACE, Schema.BYTES);
        out.number(Schema.PROFILE_PERIOD, info.intervalBytes());
        out.number(Schema.PROFILE_TIME_NANOS, nanos(info.time()));
        out.number(Schema.PROFILE_DURATION_NANOS, nanos(info.duration()));
        out.number(Schema.PROFILE_TRACEBACK_LIMIT, info.tracebackLimit());
        writeDefaultMetric(defaultMetric);
        writeMetrics();
        out.number(Schema.PROFILE_DROPPED, columns.dropped());
        out.number(Schema.PROFILE_TRUNCATED, columns.truncated());
        out.number(Schema.PROFILE_OVERHEAD_BYTES, columns.overheadBytes());
        out.number(Schema.PROFILE_AGE_BUCKETS, columns.ageBuckets());
        writeAttributes();
        for (String label :
                new String[] {Schema.LABEL_TYPE, Schema.LABEL_DOMAIN, Schema.LABEL_TOTAL_FRAMES, Schema.LABEL_THREAD}) {
            strings.index(label);
        }
    }

    private void writeDefaultMetric(Metric metric) {
        boolean allocated = metric == Metric.ALLOCATED || !columns.has(Metric.LIVE);
        out.number(
                Schema.PROFILE_DEFAULT_SAMPLE_TYPE, strings.index(allocated ? Schema.ALLOC_SPACE : Schema.INUSE_SPACE));
        if (metric != Metric.ALLOCATED && metric != Metric.LIVE) {
            out.number(Schema.PROFILE_DEFAULT_METRIC, strings.index(metric.label()));
        }
    }

    private void writeMetrics() throws IOException {
        for (int index = 0; index < Values.METRICS; index++) {
            Metric metric = Values.metric(index);
            if (columns.has(metric)) {
                message.clear();
                message.number(Schema.METRIC_INFO_METRIC, strings.index(metric.label()));
                message.number(Schema.METRIC_INFO_EXACTNESS, Levels.number(columns.exactness(metric)));
                out.message(Schema.PROFILE_METRIC, message);
            }
        }
    }

    /** As fields of our own, and as comments, which pprof shows. */
    private void writeAttributes() throws IOException {
        for (Map.Entry<String, String> attribute : columns.attributes().entrySet()) {
            message.clear();
            message.number(Schema.ATTRIBUTE_KEY, strings.index(attribute.getKey()));
            message.number(Schema.ATTRIBUTE_VALUE, strings.index(attribute.getValue()));
            out.message(Schema.PROFILE_ATTRIBUTE, message);
            out.element(Schema.PROFILE_COMMENT, strings.index(attribute.getKey() + ": " + attribute.getValue()));
        }
    }

    private void valueType(int field, String type, String unit) throws IOException {
        message.clear();
        message.number(Schema.VALUE_TYPE_TYPE, strings.index(type));
        message.number(Schema.VALUE_TYPE_UNIT, strings.index(unit));
        out.message(field, message);
    }

    /** Since 1970; a time that does not fit, before 1678 or after 2262, becomes the nearest that does. */
    private static long nanos(Instant time) {
        return nanos(Duration.between(Instant.EPOCH, time));
    }

    private static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException tooLong) {
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
