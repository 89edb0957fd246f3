package io.tracemalloc.internal;

import io.tracemalloc.Exactness;
import io.tracemalloc.Frame;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.Traceback;
import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.SnapshotBuilder;
import io.tracemalloc.spi.SnapshotColumns;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Snapshots and tracebacks as JDK types, so that they can pass from one copy of the tracer's classes to another.
 *
 * <p>A snapshot is a map of columns: {@code frame.class}, {@code traceback.lengths}, {@code record.type},
 * {@code LIVE.counts} and so on. Each column is an array; ids are dense, as in {@link SnapshotColumns}.
 */
final class SnapshotTransfer {

    private static final List<Metric> STORED = List.of(Metric.ALLOCATED, Metric.LIVE, Metric.PEAK, Metric.TEMPORARY);

    private SnapshotTransfer() {}

    static Map<String, Object> pack(Snapshot snapshot) {
        SnapshotColumns columns = snapshot.columns();
        Map<String, Object> packed = new HashMap<>();
        packInfo(snapshot.info(), packed);
        packFrames(columns, packed);
        packTracebacks(columns, packed);
        packed.put("types", strings(columns.typeCount(), columns::typeName));
        packed.put("threads", strings(columns.threadCount(), columns::threadName));
        packed.put("thread.hosts", strings(columns.threadCount(), columns::threadHost));
        packRecords(columns, packed);
        packAges(columns, packed);
        packed.put("totals", new long[] {columns.dropped(), columns.truncated(), columns.overheadBytes()});
        packed.put(
                "attributes",
                columns.attributes().entrySet().stream()
                        .flatMap(each -> List.of(each.getKey(), each.getValue()).stream())
                        .toArray(String[]::new));
        return packed;
    }

    private static void packInfo(SnapshotInfo info, Map<String, Object> packed) {
        Instant time = info.time();
        packed.put("info", new long[] {
            time.getEpochSecond(),
            time.getNano(),
            info.duration().toNanos(),
            info.tracebackLimit(),
            info.intervalBytes()
        });
        packed.put("defaultMetric", info.defaultMetric().name());
    }

    private static void packFrames(SnapshotColumns columns, Map<String, Object> packed) {
        int count = columns.frameCount();
        packed.put("frame.class", strings(count, columns::frameClass));
        packed.put("frame.method", strings(count, columns::frameMethod));
        packed.put("frame.file", strings(count, columns::frameFile));
        packed.put("frame.line", ints(count, columns::frameLine));
    }

    private static void packTracebacks(SnapshotColumns columns, Map<String, Object> packed) {
        int count = columns.tracebackCount();
        packed.put("traceback.length", ints(count, columns::tracebackLength));
        packed.put("traceback.total", ints(count, columns::totalFrames));
        packed.put(
                "traceback.frames",
                IntStream.range(0, count)
                        .flatMap(each -> IntStream.range(0, columns.tracebackLength(each))
                                .map(index -> columns.tracebackFrame(each, index)))
                        .toArray());
    }

    private static void packRecords(SnapshotColumns columns, Map<String, Object> packed) {
        int count = columns.recordCount();
        packed.put("record.traceback", ints(count, columns::traceback));
        packed.put("record.type", ints(count, columns::type));
        packed.put("record.domain", ints(count, columns::domain));
        packed.put("record.thread", ints(count, columns::thread));
        packed.put(
                "record.size",
                IntStream.range(0, count).mapToLong(columns::blockSize).toArray());
        for (Metric metric : STORED) {
            if (columns.has(metric)) {
                packed.put(
                        metric.name() + ".exactness", columns.exactness(metric).name());
                packed.put(
                        metric.name() + ".counts",
                        IntStream.range(0, count)
                                .mapToLong(each -> columns.count(each, metric))
                                .toArray());
                packed.put(
                        metric.name() + ".bytes",
                        IntStream.range(0, count)
                                .mapToLong(each -> columns.bytes(each, metric))
                                .toArray());
            }
        }
    }

    /** Rows of record and bucket with their count and bytes; not there if no ages were recorded. */
    private static void packAges(SnapshotColumns columns, Map<String, Object> packed) {
        int buckets = columns.ageBuckets();
        if (buckets > 0) {
            packed.put(
                    "ages",
                    IntStream.range(0, columns.recordCount())
                            .filter(columns::isAged)
                            .boxed()
                            .flatMapToLong(each -> IntStream.range(0, buckets)
                                    .mapToObj(bucket -> new long[] {
                                        each, bucket, columns.agedCount(each, bucket), columns.agedBytes(each, bucket)
                                    })
                                    .filter(row -> (row[2] | row[3]) != 0)
                                    .flatMapToLong(LongStream::of))
                            .toArray());
        }
    }

    static Snapshot unpack(Map<?, ?> packed) {
        SnapshotBuilder builder = new SnapshotBuilder();
        String[] attributes = (String[]) get(packed, "attributes");
        for (int i = 0; i < attributes.length; i += 2) {
            builder.attribute(attributes[i], attributes[i + 1]);
        }
        unpackRecords(packed, unpackTracebacks(packed, unpackFrames(packed, builder), builder), builder);
        long[] totals = (long[]) get(packed, "totals");
        builder.dropped(totals[0]);
        builder.truncated(totals[1]);
        builder.overhead(totals[2]);
        long[] info = (long[]) get(packed, "info");
        return Snapshot.of(
                builder.build(),
                new SnapshotInfo(
                        Instant.ofEpochSecond(info[0], info[1]),
                        Duration.ofNanos(info[2]),
                        Math.toIntExact(info[3]),
                        info[4],
                        Metric.valueOf((String) get(packed, "defaultMetric"))));
    }

    private static int[] unpackFrames(Map<?, ?> packed, AllocationSink sink) {
        String[] classes = (String[]) get(packed, "frame.class");
        String[] methods = (String[]) get(packed, "frame.method");
        String[] files = (String[]) get(packed, "frame.file");
        int[] lines = (int[]) get(packed, "frame.line");
        return ints(classes.length, each -> sink.frame(classes[each], methods[each], files[each], lines[each]));
    }

    private static int[] unpackTracebacks(Map<?, ?> packed, int[] frames, AllocationSink sink) {
        int[] lengths = (int[]) get(packed, "traceback.length");
        int[] totals = (int[]) get(packed, "traceback.total");
        int[] flat = (int[]) get(packed, "traceback.frames");
        int[] ids = new int[lengths.length];
        int start = 0;
        for (int i = 0; i < lengths.length; i++) {
            int from = start;
            int[] kept = ints(lengths[i], index -> frames[flat[from + index]]);
            ids[i] = sink.traceback(kept, kept.length, totals[i]);
            start += lengths[i];
        }
        return ids;
    }

    private static void unpackRecords(Map<?, ?> packed, int[] tracebacks, AllocationSink sink) {
        String[] typeNames = (String[]) get(packed, "types");
        String[] threadNames = (String[]) get(packed, "threads");
        String[] hosts = packed.containsKey("thread.hosts")
                ? (String[]) get(packed, "thread.hosts")
                : strings(threadNames.length, each -> "");
        int[] types = ints(typeNames.length, each -> sink.type(typeNames[each]));
        int[] threads = ints(threadNames.length, each -> sink.thread(threadNames[each], hosts[each]));
        int[] traceback = (int[]) get(packed, "record.traceback");
        int[] type = (int[]) get(packed, "record.type");
        int[] domain = (int[]) get(packed, "record.domain");
        int[] thread = (int[]) get(packed, "record.thread");
        long[] size = (long[]) get(packed, "record.size");
        int[] records = ints(
                traceback.length,
                each -> sink.newRecord(
                        tracebacks[traceback[each]],
                        types[type[each]],
                        domain[each],
                        threads[thread[each]],
                        size[each]));
        for (Metric metric : STORED) {
            unpackMetric(packed, metric, records, sink);
        }
        unpackAges(packed, records, sink);
    }

    /** An agent of an older version has none. */
    private static void unpackAges(Map<?, ?> packed, int[] records, AllocationSink sink) {
        if (packed.get("ages") instanceof long[] ages) {
            sink.agesRecorded();
            for (int i = 0; i < ages.length; i += 4) {
                sink.addAged(records[(int) ages[i]], (int) ages[i + 1], ages[i + 2], ages[i + 3]);
            }
        }
    }

    private static void unpackMetric(Map<?, ?> packed, Metric metric, int[] records, AllocationSink sink) {
        if (packed.get(metric.name() + ".exactness") instanceof String exactness) {
            long[] counts = (long[]) get(packed, metric.name() + ".counts");
            long[] bytes = (long[]) get(packed, metric.name() + ".bytes");
            sink.recorded(metric, Exactness.valueOf(exactness));
            for (int i = 0; i < records.length; i++) {
                sink.add(records[i], metric, counts[i], bytes[i]);
            }
        }
    }

    static Object[] pack(Traceback traceback) {
        List<Frame> frames = traceback.frames();
        int count = frames.size();
        return new Object[] {
            strings(count, each -> frames.get(each).className()),
            strings(count, each -> frames.get(each).methodName()),
            strings(count, each -> frames.get(each).fileName()),
            ints(count, each -> frames.get(each).lineNumber()),
            traceback.totalFrames()
        };
    }

    static Traceback unpack(Object[] packed) {
        String[] classes = (String[]) packed[0];
        String[] methods = (String[]) packed[1];
        String[] files = (String[]) packed[2];
        int[] lines = (int[]) packed[3];
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < classes.length; i++) {
            frames.add(new Frame(classes[i], methods[i], files[i], lines[i]));
        }
        return Traceback.of(frames, (Integer) packed[4]);
    }

    private static Object get(Map<?, ?> packed, String column) {
        Object value = packed.get(column);
        if (value == null) {
            throw new IllegalStateException("the agent's snapshot has no " + column
                    + ": the agent and tracemalloc-api on the class path differ in version");
        }
        return value;
    }

    private static String[] strings(int count, IntFunction<String> element) {
        return IntStream.range(0, count).mapToObj(element).toArray(String[]::new);
    }

    private static int[] ints(int count, IntUnaryOperator element) {
        return IntStream.range(0, count).map(element).toArray();
    }
}
