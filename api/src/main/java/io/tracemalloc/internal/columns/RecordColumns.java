package io.tracemalloc.internal.columns;

import io.tracemalloc.Exactness;
import io.tracemalloc.Frame;
import io.tracemalloc.Metric;
import io.tracemalloc.Traceback;
import io.tracemalloc.spi.SnapshotColumns;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The columns behind every snapshot: the tables that a builder filled, which nobody changes any more. */
public final class RecordColumns implements SnapshotColumns {

    private final FrameTable frames;
    private final SequenceTable tracebacks;
    private final NameTable types;
    private final ThreadTable threads;
    private final RecordTable records;
    private final Map<Metric, MetricColumns> metrics;
    private final @Nullable AgeColumns ages;
    private final Facts facts;
    private final AtomicReferenceArray<@Nullable Frame> frameObjects;
    private final AtomicReferenceArray<@Nullable Traceback> tracebackObjects;

    /**
     * Columns of these tables.
     *
     * @param ages null if none were recorded
     */
    public RecordColumns(
            FrameTable frames,
            SequenceTable tracebacks,
            NameTable types,
            ThreadTable threads,
            RecordTable records,
            Map<Metric, MetricColumns> metrics,
            @Nullable AgeColumns ages,
            Facts facts) {
        this.frames = frames;
        this.tracebacks = tracebacks;
        this.types = types;
        this.threads = threads;
        this.records = records;
        this.metrics = new EnumMap<>(Metric.class);
        this.metrics.putAll(metrics);
        this.ages = ages;
        this.facts = facts;
        this.frameObjects = new AtomicReferenceArray<>(frames.size());
        this.tracebackObjects = new AtomicReferenceArray<>(tracebacks.size());
    }

    /** The same records with these values and no others. */
    public RecordColumns with(Map<Metric, MetricColumns> values, @Nullable AgeColumns newAges) {
        return new RecordColumns(frames, tracebacks, types, threads, records, values, newAges, facts);
    }

    /** The frames. */
    public FrameTable frames() {
        return frames;
    }

    /** The tracebacks: sequences of frame ids, most recent first, tagged with the depth of the whole stack. */
    public SequenceTable tracebacks() {
        return tracebacks;
    }

    /** Names of allocated classes. */
    public NameTable types() {
        return types;
    }

    /** Threads: names and hosts. */
    public ThreadTable threads() {
        return threads;
    }

    /** Identities of the records. */
    public RecordTable records() {
        return records;
    }

    /** Values of the recorded metrics, without the derived one. */
    public Map<Metric, MetricColumns> metrics() {
        return metrics;
    }

    /** Live blocks by age, null if none were recorded. */
    public @Nullable AgeColumns ages() {
        return ages;
    }

    /** What the snapshot says about itself. */
    public Facts facts() {
        return facts;
    }

    /** A frame as an object, made when first asked for. */
    public Frame frame(int id) {
        Frame known = frameObjects.get(id);
        if (known != null) {
            return known;
        }
        Frame made = new Frame(frameClass(id), frameMethod(id), frameFile(id), frameLine(id));
        return frameObjects.compareAndSet(id, null, made) ? made : Objects.requireNonNull(frameObjects.get(id));
    }

    /** A traceback as an object, made when first asked for. */
    public Traceback tracebackObject(int id) {
        Traceback known = tracebackObjects.get(id);
        if (known != null) {
            return known;
        }
        Traceback made = makeTraceback(id);
        return tracebackObjects.compareAndSet(id, null, made) ? made : Objects.requireNonNull(tracebackObjects.get(id));
    }

    private Traceback makeTraceback(int id) {
        int length = tracebacks.length(id);
        List<Frame> list = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            list.add(frame(tracebacks.get(id, i)));
        }
        return Traceback.of(list, tracebacks.tag(id));
    }

    @Override
    public int frameCount() {
        return frames.size();
    }

    @Override
    public String frameClass(int frame) {
        return frames.names().name(frames.classOfMethod(frames.method(frame)));
    }

    @Override
    public String frameMethod(int frame) {
        return frames.names().name(frames.nameOfMethod(frames.method(frame)));
    }

    @Override
    public String frameFile(int frame) {
        return frames.names().name(frames.fileOfPlace(frames.place(frame)));
    }

    @Override
    public int frameLine(int frame) {
        return frames.lineOfPlace(frames.place(frame));
    }

    @Override
    public int tracebackCount() {
        return tracebacks.size();
    }

    @Override
    public int tracebackLength(int traceback) {
        return tracebacks.length(traceback);
    }

    @Override
    public int tracebackFrame(int traceback, int index) {
        return tracebacks.get(traceback, index);
    }

    @Override
    public int totalFrames(int traceback) {
        return tracebacks.tag(traceback);
    }

    @Override
    public int typeCount() {
        return types.size();
    }

    @Override
    public String typeName(int type) {
        return types.name(type);
    }

    @Override
    public int threadCount() {
        return threads.size();
    }

    @Override
    public String threadName(int thread) {
        return threads.name(thread);
    }

    @Override
    public String threadHost(int thread) {
        return threads.host(thread);
    }

    @Override
    public int recordCount() {
        return records.size();
    }

    @Override
    public int traceback(int record) {
        return (int) records.tracebacks().get(checked(record));
    }

    @Override
    public int type(int record) {
        return (int) records.types().get(checked(record));
    }

    @Override
    public int domain(int record) {
        return (int) records.domains().get(checked(record));
    }

    @Override
    public int thread(int record) {
        return (int) records.threads().get(checked(record));
    }

    @Override
    public long blockSize(int record) {
        return records.blockSizes().get(checked(record));
    }

    private int checked(int record) {
        return Objects.checkIndex(record, records.size());
    }

    @Override
    public boolean has(Metric metric) {
        return metric == Metric.FREED ? has(Metric.ALLOCATED) && has(Metric.LIVE) : metrics.containsKey(metric);
    }

    @Override
    public Exactness exactness(Metric metric) {
        if (metric == Metric.FREED) {
            return exactness(Metric.ALLOCATED).and(exactness(Metric.LIVE));
        }
        MetricColumns values = metrics.get(metric);
        return values == null ? Exactness.EXACT : values.exactness();
    }

    @Override
    public long count(int record, Metric metric) {
        if (metric == Metric.FREED) {
            return has(metric) ? Math.max(0, count(record, Metric.ALLOCATED) - count(record, Metric.LIVE)) : 0;
        }
        MetricColumns values = metrics.get(metric);
        return values == null ? 0 : values.count(checked(record));
    }

    @Override
    public long bytes(int record, Metric metric) {
        if (metric == Metric.FREED) {
            return has(metric) ? Math.max(0, bytes(record, Metric.ALLOCATED) - bytes(record, Metric.LIVE)) : 0;
        }
        MetricColumns values = metrics.get(metric);
        return values == null
                ? 0
                : values.bytes(checked(record), records.blockSizes().get(record));
    }

    @Override
    public int ageBuckets() {
        return ages == null ? 0 : ages.buckets();
    }

    @Override
    public boolean isAged(int record) {
        return ages != null && ages.isAged(checked(record));
    }

    @Override
    public long agedCount(int record, int bucket) {
        return ages == null ? 0 : ages.count(checked(record), bucket);
    }

    @Override
    public long agedBytes(int record, int bucket) {
        return ages == null ? 0 : ages.bytes(checked(record), bucket);
    }

    @SuppressWarnings("ArgumentSelectionDefectChecker") // the JDK calls the range's length its size
    private void checkRange(int firstRecord, int length) {
        Objects.checkFromIndexSize(firstRecord, length, records.size());
    }

    @Override
    public void tracebacks(int firstRecord, int[] target, int length) {
        checkRange(firstRecord, length);
        records.tracebacks().copy(firstRecord, target, length);
    }

    @Override
    public void types(int firstRecord, int[] target, int length) {
        checkRange(firstRecord, length);
        records.types().copy(firstRecord, target, length);
    }

    @Override
    public void domains(int firstRecord, int[] target, int length) {
        checkRange(firstRecord, length);
        records.domains().copy(firstRecord, target, length);
    }

    @Override
    public void threads(int firstRecord, int[] target, int length) {
        checkRange(firstRecord, length);
        records.threads().copy(firstRecord, target, length);
    }

    @Override
    public void blockSizes(int firstRecord, long[] target, int length) {
        checkRange(firstRecord, length);
        records.blockSizes().copy(firstRecord, target, length);
    }

    @Override
    public void counts(int firstRecord, Metric metric, long[] target, int length) {
        MetricColumns values = metrics.get(metric);
        if (values == null) {
            SnapshotColumns.super.counts(firstRecord, metric, target, length);
            return;
        }
        checkRange(firstRecord, length);
        values.counts(firstRecord, target, length);
    }

    @Override
    public void excess(int firstRecord, Metric metric, long[] target, int length) {
        MetricColumns values = metrics.get(metric);
        if (values == null) {
            SnapshotColumns.super.excess(firstRecord, metric, target, length);
            return;
        }
        checkRange(firstRecord, length);
        values.excess(firstRecord, target, length);
    }

    @Override
    public long dropped() {
        return facts.dropped();
    }

    @Override
    public long truncated() {
        return facts.truncated();
    }

    @Override
    public long overheadBytes() {
        return facts.overheadBytes();
    }

    @Override
    public Map<String, String> attributes() {
        return facts.attributes();
    }
}
