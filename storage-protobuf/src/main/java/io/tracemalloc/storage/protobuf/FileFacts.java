package io.tracemalloc.storage.protobuf;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.SnapshotFormatException;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.spi.AllocationSink;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** What a file that is being read says of the whole snapshot. */
final class FileFacts {

    private static final int MAX_SAMPLE_TYPES = 1000;
    private static final int MAX_NOTES = 1 << 16;

    private final FileStrings strings;
    private final LongList sampleTypes = new LongList();
    private final LongList sampleUnits = new LongList();
    private final LongList comments = new LongList();
    private final LongList metrics = new LongList();
    private final LongList exactness = new LongList();
    private final LongList attributeKeys = new LongList();
    private final LongList attributeValues = new LongList();
    private long timeNanos;
    private long durationNanos;
    private long period;
    private long defaultSampleType;
    private long defaultMetric;
    private long tracebackLimit;
    private long version;
    private long dropped;
    private long truncated;
    private long overheadBytes;
    private long end;
    private long ageBuckets;

    FileFacts(FileStrings strings) {
        this.strings = strings;
    }

    /** Whether the file is one of ours and not just any pprof profile. */
    boolean isOurs() {
        return version != 0;
    }

    /** Takes the current field if it is such a fact. */
    void readField(WireReader in) throws IOException {
        switch (in.field()) {
            case Schema.PROFILE_SAMPLE_TYPE ->
                readPair(in, Schema.VALUE_TYPE_TYPE, sampleTypes, Schema.VALUE_TYPE_UNIT, sampleUnits);
            case Schema.PROFILE_TIME_NANOS -> timeNanos = in.number();
            case Schema.PROFILE_DURATION_NANOS -> durationNanos = in.number();
            case Schema.PROFILE_PERIOD -> period = in.number();
            case Schema.PROFILE_COMMENT -> in.numbers(comments, MAX_NOTES);
            case Schema.PROFILE_DEFAULT_SAMPLE_TYPE -> defaultSampleType = in.number();
            case Schema.PROFILE_TRACEBACK_LIMIT -> tracebackLimit = in.number();
            case Schema.PROFILE_FORMAT_VERSION -> readVersion(in);
            case Schema.PROFILE_METRIC ->
                readPair(in, Schema.METRIC_INFO_METRIC, metrics, Schema.METRIC_INFO_EXACTNESS, exactness);
            case Schema.PROFILE_DROPPED -> dropped = in.number();
            case Schema.PROFILE_TRUNCATED -> truncated = in.number();
            case Schema.PROFILE_OVERHEAD_BYTES -> overheadBytes = in.number();
            case Schema.PROFILE_ATTRIBUTE ->
                readPair(in, Schema.ATTRIBUTE_KEY, attributeKeys, Schema.ATTRIBUTE_VALUE, attributeValues);
            case Schema.PROFILE_DEFAULT_METRIC -> defaultMetric = in.number();
            case Schema.PROFILE_END -> end = in.number();
            case Schema.PROFILE_AGE_BUCKETS -> ageBuckets = in.number();
            default -> in.skip();
        }
    }

    private void readVersion(WireReader in) throws IOException {
        if (version != 0) {
            throw new SnapshotFormatException("expected one snapshot, found a second one behind it");
        }
        version = in.number();
        if (version < 1 || version > Schema.FORMAT_VERSION) {
            throw new SnapshotFormatException("expected format version " + Schema.FORMAT_VERSION + ", found "
                    + Long.toUnsignedString(version) + ": the file was written by a newer tracemalloc");
        }
    }

    private static void readPair(WireReader in, int firstField, LongList firsts, int secondField, LongList seconds)
            throws IOException {
        if (firsts.size() == MAX_NOTES) {
            throw new SnapshotFormatException("expected at most " + MAX_NOTES + " facts of a kind, found more");
        }
        long first = 0;
        long second = 0;
        long outer = in.enter();
        while (in.nextField()) {
            if (in.field() == firstField) {
                first = in.number();
            } else if (in.field() == secondField) {
                second = in.number();
            } else {
                in.skip();
            }
        }
        in.leave(outer);
        firsts.add(first);
        seconds.add(second);
    }

    /** Where the values of a sample go, in the order of its sample types. */
    ValueColumns valueColumns() throws SnapshotFormatException {
        if (sampleTypes.isEmpty()) {
            throw new SnapshotFormatException("expected a snapshot (pprof heap profile), found no sample types");
        }
        if (sampleTypes.size() > MAX_SAMPLE_TYPES) {
            throw new SnapshotFormatException(
                    "expected at most " + MAX_SAMPLE_TYPES + " sample types, found " + sampleTypes.size());
        }
        String[] names = new String[sampleTypes.size()];
        String[] units = new String[names.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = strings.get(sampleTypes.get(i));
            units[i] = strings.get(sampleUnits.get(i));
        }
        return new ValueColumns(names, units);
    }

    /** Gives everything but the samples to the sink. */
    void writeTo(AllocationSink sink, ValueColumns values) throws SnapshotFormatException {
        if (isOurs()) {
            for (int i = 0; i < metrics.size(); i++) {
                recorded(sink, strings.get(metrics.get(i)), Levels.exactness(exactness.get(i)));
            }
            for (int i = 0; i < attributeKeys.size(); i++) {
                sink.attribute(strings.get(attributeKeys.get(i)), strings.get(attributeValues.get(i)));
            }
            if (ageBuckets != 0) {
                sink.agesRecorded();
            }
        } else {
            for (Metric metric : values.metrics()) {
                sink.recorded(metric, period == 1 ? Exactness.EXACT : Exactness.ESTIMATED);
            }
            for (int i = 0; i < comments.size(); i++) {
                sink.attribute("note." + (i + 1), strings.get(comments.get(i)));
            }
        }
        sink.dropped(dropped);
        sink.truncated(truncated);
        sink.overhead(overheadBytes);
    }

    private static void recorded(AllocationSink sink, String label, Exactness exactness) {
        for (int index = 0; index < Values.METRICS; index++) {
            if (Values.metric(index).label().equals(label)) {
                sink.recorded(Values.metric(index), exactness);
            }
        }
    }

    /** Compares the number of records with that in the file. */
    void checkEnd(long records) throws SnapshotFormatException {
        if (isOurs() && end == 0) {
            throw new SnapshotFormatException(
                    "expected a whole snapshot, found one cut off after " + records + " records");
        }
        if (isOurs() && end != records + 1) {
            throw new SnapshotFormatException(
                    "expected " + (end - 1) + " records, found " + records + ": the file is damaged");
        }
    }

    /**
     * The options.
     *
     * @param longest frames of the longest traceback, the limit where the file states none
     */
    SnapshotInfo info(int longest, ValueColumns values) throws SnapshotFormatException {
        long limit = tracebackLimit == 0 ? Math.max(longest, 1) : tracebackLimit;
        if (limit < 1 || limit > Integer.MAX_VALUE) {
            throw new SnapshotFormatException("expected a traceback limit of 1 or more, found " + limit);
        }
        return new SnapshotInfo(
                Instant.EPOCH.plusNanos(timeNanos),
                Duration.ofNanos(durationNanos),
                (int) limit,
                Math.max(period, 1),
                defaultMetric(values));
    }

    private Metric defaultMetric(ValueColumns values) throws SnapshotFormatException {
        String own = strings.get(defaultMetric);
        for (Metric metric : Metric.values()) {
            if (metric.label().equals(own)) {
                return metric;
            }
        }
        return ValueColumns.metric(strings.get(defaultSampleType)).orElse(values.preferred());
    }
}
