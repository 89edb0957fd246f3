package io.tracemalloc.spi;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.internal.columns.AgeColumns;
import io.tracemalloc.internal.columns.Facts;
import io.tracemalloc.internal.columns.FrameTable;
import io.tracemalloc.internal.columns.MetricColumns;
import io.tracemalloc.internal.columns.NameTable;
import io.tracemalloc.internal.columns.RecordColumns;
import io.tracemalloc.internal.columns.RecordTable;
import io.tracemalloc.internal.columns.SequenceTable;
import io.tracemalloc.internal.columns.ThreadTable;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Collects the records of one snapshot; what capture backends and formats write into.
 *
 * <p>Good for one snapshot: after {@link #build} every method throws {@link IllegalStateException}. Values add up to
 * less than 2<sup>63</sup> or are refused with {@link IllegalArgumentException}, so that no sum over a part of them
 * overflows. Not safe for several threads at once.
 */
public final class SnapshotBuilder implements AllocationSink {

    private final FrameTable frames = new FrameTable();
    private final SequenceTable tracebacks = new SequenceTable();
    private final NameTable types = NameTable.withUnknown();
    private final ThreadTable threads = new ThreadTable();
    private final RecordTable records = new RecordTable();
    private final Map<Metric, MetricColumns> metrics = new EnumMap<>(Metric.class);
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private @Nullable AgeColumns ages;
    private long dropped;
    private long truncated;
    private long overheadBytes;
    private int lastRecord = -1;
    private long lastBlockSize;
    private boolean built;

    /** Nothing recorded yet. */
    public SnapshotBuilder() {}

    @Override
    public int frame(String className, String methodName, String fileName, int lineNumber) {
        requireOpen();
        Objects.requireNonNull(className, "className");
        Objects.requireNonNull(methodName, "methodName");
        Objects.requireNonNull(fileName, "fileName");
        return frames.intern(className, methodName, fileName, lineNumber);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the depth is known and smaller than the length
     */
    @Override
    public int traceback(int[] frameIds, int length, int totalFrames) {
        requireOpen();
        Objects.checkFromIndexSize(0, length, frameIds.length);
        for (int i = 0; i < length; i++) {
            Objects.checkIndex(frameIds[i], frames.size());
        }
        if (totalFrames != 0 && totalFrames < length) {
            throw new IllegalArgumentException("total frames must be 0 or at least " + length + ", got " + totalFrames);
        }
        return tracebacks.intern(frameIds, 0, length, totalFrames);
    }

    @Override
    public int type(String name) {
        requireOpen();
        return types.intern(name);
    }

    @Override
    public int thread(String name) {
        return thread(name, "");
    }

    @Override
    public int thread(String name, String host) {
        requireOpen();
        return threads.intern(name, host);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the domain or the block size is negative
     */
    @Override
    public int record(int traceback, int type, int domain, int thread, long blockSize) {
        check(traceback, type, domain, thread, blockSize);
        lastRecord = records.intern(traceback, type, domain, thread, blockSize);
        lastBlockSize = blockSize;
        return lastRecord;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the domain or the block size is negative
     */
    @Override
    public int newRecord(int traceback, int type, int domain, int thread, long blockSize) {
        check(traceback, type, domain, thread, blockSize);
        return records.append(traceback, type, domain, thread, blockSize);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the domain or a block size is negative, or the length below 1
     */
    @Override
    public int newRecords(int traceback, int type, int domain, int thread, long[] blockSizes, int length) {
        Objects.checkFromIndexSize(0, length, blockSizes.length);
        if (length < 1) {
            throw new IllegalArgumentException("there must be 1 or more records, got " + length);
        }
        long least = blockSizes[0];
        for (int i = 1; i < length; i++) {
            least = Math.min(least, blockSizes[i]);
        }
        check(traceback, type, domain, thread, least);
        return records.append(traceback, type, domain, thread, blockSizes, length);
    }

    private void check(int traceback, int type, int domain, int thread, long blockSize) {
        requireOpen();
        Objects.checkIndex(traceback, tracebacks.size());
        Objects.checkIndex(type, types.size());
        Objects.checkIndex(thread, threads.size());
        if (domain < 0) {
            throw new IllegalArgumentException("domain must be 0 or more, got " + domain);
        }
        if (blockSize < 0) {
            throw new IllegalArgumentException("block size must be 0 or more, got " + blockSize);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if a number is negative, the sum over all records does not fit a long, or the
     *     metric is derived
     */
    @Override
    public void add(int record, Metric metric, long count, long bytes) {
        requireOpen();
        Objects.checkIndex(record, records.size());
        // A record is mostly added to right after it was found, and to read its size from memory would take as long.
        long blockSize =
                record == lastRecord ? lastBlockSize : records.blockSizes().get(record);
        values(metric).add(record, blockSize, count, bytes);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException as {@link #add}
     */
    @Override
    public void addAll(int firstRecord, Metric metric, long[] counts, long[] bytes, int length) {
        requireOpen();
        Objects.checkFromIndexSize(firstRecord, /* size= */ length, /* length= */ records.size());
        Objects.checkFromIndexSize(0, length, counts.length);
        Objects.checkFromIndexSize(0, length, bytes.length);
        values(metric).addAll(firstRecord, records.blockSizes(), counts, bytes, length);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the bucket or a number is negative, the bucket 64 or more, or the sum over all
     *     records does not fit a long
     */
    @Override
    public void addAged(int record, int bucket, long count, long bytes) {
        requireOpen();
        Objects.checkIndex(record, records.size());
        ages().add(record, bucket, count, bytes);
    }

    @Override
    public void agesRecorded() {
        requireOpen();
        ages();
    }

    private AgeColumns ages() {
        AgeColumns known = ages;
        if (known == null) {
            known = new AgeColumns();
            ages = known;
        }
        return known;
    }

    @Override
    public void recorded(Metric metric, Exactness exactness) {
        requireOpen();
        Objects.requireNonNull(exactness, "exactness");
        values(metric).weaken(exactness);
    }

    private MetricColumns values(Metric metric) {
        MetricColumns known = metrics.get(metric);
        return known != null ? known : newValues(metric);
    }

    private MetricColumns newValues(Metric metric) {
        if (metric == Metric.FREED) {
            throw new IllegalArgumentException("freed is derived from allocated and live, it cannot be recorded");
        }
        MetricColumns values = new MetricColumns(Exactness.EXACT);
        metrics.put(metric, values);
        return values;
    }

    @Override
    public void dropped(long events) {
        requireOpen();
        dropped = sum(dropped, events);
    }

    @Override
    public void truncated(long count) {
        requireOpen();
        truncated = sum(truncated, count);
    }

    @Override
    public void overhead(long bytes) {
        requireOpen();
        overheadBytes = sum(overheadBytes, bytes);
    }

    private static long sum(long sum, long more) {
        if (more < 0 || sum + more < 0) {
            throw new IllegalArgumentException("must be 0 or more and add up to less than 2^63, got " + more);
        }
        return sum + more;
    }

    @Override
    public void attribute(String key, String value) {
        requireOpen();
        attributes.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
    }

    /** The columns of all that was recorded. The builder cannot be used any more. */
    public SnapshotColumns build() {
        requireOpen();
        built = true;
        Facts facts = new Facts(dropped, truncated, overheadBytes, attributes);
        return new RecordColumns(frames, tracebacks, types, threads, records.finished(), metrics, ages, facts);
    }

    /** The snapshot of all that was recorded. The builder cannot be used any more. */
    public Snapshot snapshot(SnapshotInfo info) {
        Objects.requireNonNull(info, "info");
        return Snapshot.of(build(), info);
    }

    private void requireOpen() {
        if (built) {
            throw new IllegalStateException("the snapshot is built already");
        }
    }
}
