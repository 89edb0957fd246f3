package io.tracemalloc.cli;

import io.tracemalloc.Domain;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.SnapshotBuilder;
import io.tracemalloc.spi.SnapshotColumns;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the snapshots of several JVMs, one after the other: memory holds the sum and the one that is being added.
 *
 * <p>Records of equal traceback, class, domain, thread, host and block size are one. The result is as exact as the weakest
 * of its parts, and has the metrics that all of them have: a sum over some would pass for a sum over all. So it is with
 * ages, without which blocks would pass for too young. Values are un-sampled already, so different sampling intervals add
 * up; the result names the coarsest. Not safe for several threads at once.
 */
final class MergedSnapshot {

    /** Facts that add up. */
    private static final Set<String> SUMS =
            Set.of("unattributed_bytes", "removed_by_jit_bytes", "heap_allocated_bytes", "not_instrumented_classes");

    /** How many losses of a kind are told one by one: a line that names a hundred JVMs is not read. */
    private static final int MOST_TOLD = 5;

    private final SnapshotBuilder builder = new SnapshotBuilder();
    private final Set<Metric> inAll = EnumSet.complementOf(EnumSet.of(Metric.FREED));
    private final Set<Metric> inAny = EnumSet.noneOf(Metric.class);
    private final Map<String, Long> sums = new TreeMap<>();
    private final Map<String, Set<String>> losses = new TreeMap<>();
    private long liveThinning = 1;
    private final Map<String, String> common = new LinkedHashMap<>();
    private boolean agesInAny;
    private boolean agesLacking;
    private @Nullable SnapshotInfo info;
    private int parts;
    /** The first part while it is the only one: as long as nothing else comes it is the result. */
    private @Nullable Snapshot only;

    /**
     * Adds a snapshot.
     *
     * @param host what its records that name no host are grouped by; empty for none
     * @throws IllegalArgumentException if the sums grow beyond 2<sup>63</sup>
     */
    void add(Snapshot snapshot, String host) {
        if (parts++ == 0 && host.isEmpty()) {
            only = snapshot;
            return;
        }
        Snapshot first = only;
        only = null;
        if (first != null) {
            addRecords(first, "");
        }
        addRecords(snapshot, host);
    }

    /** The metrics that some parts have and others lack, so that the result has none of them. */
    Set<Metric> leftOut() {
        Set<Metric> metrics = EnumSet.copyOf(inAny);
        metrics.removeAll(inAll);
        return metrics;
    }

    /** Whether some parts have ages and others have blocks without, so that the result has none. */
    boolean leavesOutAges() {
        return agesInAny && agesLacking && inAll.contains(Metric.LIVE);
    }

    /** Whether nobody recorded the ages of its live blocks; outside the Java heap none have any. */
    static boolean lacksAges(SnapshotColumns columns) {
        return columns.has(Metric.LIVE)
                && columns.ageBuckets() == 0
                && IntStream.range(0, columns.recordCount())
                        .anyMatch(record ->
                                columns.domain(record) == Domain.JAVA_HEAP && columns.bytes(record, Metric.LIVE) > 0);
    }

    /**
     * The sum; nothing can be added any more.
     *
     * @throws IllegalStateException if nothing was added
     */
    Snapshot snapshot() {
        if (only != null) {
            return only;
        }
        SnapshotInfo ofAll = info;
        if (ofAll == null) {
            throw new IllegalStateException("there is nothing to add up");
        }
        common.forEach(builder::attribute);
        sums.forEach((key, value) -> builder.attribute(key, Long.toString(value)));
        losses.forEach((key, told) -> builder.attribute(key, joined(told)));
        if (liveThinning > 1) {
            builder.attribute(AllocationSink.LIVE_THINNING, Long.toString(liveThinning));
        }
        Snapshot sum = builder.snapshot(ofAll);
        return leftOut().isEmpty() && !leavesOutAges() ? sum : withValuesOfAll(sum);
    }

    private Snapshot withValuesOfAll(Snapshot sum) {
        SnapshotColumns columns = sum.columns();
        SnapshotBuilder kept = new SnapshotBuilder();
        inAll.forEach(metric -> kept.recorded(metric, columns.exactness(metric)));
        new RecordCopy(columns, "", kept, inAll, !agesLacking).run();
        addLosses(columns, kept);
        columns.attributes().forEach(kept::attribute);
        return kept.snapshot(sum.info());
    }

    private static void addLosses(SnapshotColumns columns, SnapshotBuilder target) {
        target.dropped(columns.dropped());
        target.truncated(columns.truncated());
        target.overhead(columns.overheadBytes());
    }

    private void addRecords(Snapshot snapshot, String host) {
        SnapshotColumns columns = snapshot.columns();
        new RecordCopy(columns, host, builder, addMetrics(columns), true).run();
        agesInAny |= columns.ageBuckets() > 0;
        agesLacking |= lacksAges(columns);
        addLosses(columns, builder);
        addAttributes(columns.attributes());
        addTold(columns.attributes(), host);
        info = info == null ? snapshot.info() : both(info, snapshot.info());
    }

    private Set<Metric> addMetrics(SnapshotColumns columns) {
        Set<Metric> metrics = EnumSet.complementOf(EnumSet.of(Metric.FREED));
        metrics.removeIf(metric -> !columns.has(metric));
        metrics.forEach(metric -> builder.recorded(metric, columns.exactness(metric)));
        inAll.retainAll(metrics);
        inAny.addAll(metrics);
        return metrics;
    }

    /** Sums for what adds up; the thinning that makes errors largest; of the rest but losses, what all say alike. */
    private void addAttributes(Map<String, String> attributes) {
        for (String key : SUMS) {
            String value = attributes.get(key);
            if (value != null) {
                Attributes.number(value).ifPresent(bytes -> addFact(key, bytes));
            }
        }
        OptionalLong thinning = Attributes.number(attributes.getOrDefault(AllocationSink.LIVE_THINNING, ""));
        liveThinning = Math.max(liveThinning, thinning.orElse(1));
        if (info == null) {
            common.putAll(attributes);
            common.keySet().removeAll(SUMS);
            common.keySet().removeAll(Notes.TOLD_LOSSES);
            common.remove(AllocationSink.LIVE_THINNING);
        } else {
            common.entrySet().removeIf(fact -> !Objects.equals(fact.getValue(), attributes.get(fact.getKey())));
        }
    }

    /** Losses of one part are losses of the sum. */
    private void addTold(Map<String, String> attributes, String host) {
        for (String key : Notes.TOLD_LOSSES) {
            String told = attributes.get(key);
            if (told != null) {
                losses.computeIfAbsent(key, first -> new LinkedHashSet<>())
                        .add(host.isEmpty() ? told : host + ": " + told);
            }
        }
    }

    private static String joined(Set<String> told) {
        String first = told.stream().limit(MOST_TOLD).collect(Collectors.joining(" | "));
        return told.size() <= MOST_TOLD ? first : first + " | and " + (told.size() - MOST_TOLD) + " more of the kind";
    }

    private void addFact(String key, long bytes) {
        try {
            sums.merge(key, bytes, Math::addExact);
        } catch (ArithmeticException overflow) {
            throw new IllegalArgumentException("the sum of " + key + " must be below 2^63", overflow);
        }
    }

    private static SnapshotInfo both(SnapshotInfo one, SnapshotInfo other) {
        Instant time = one.time().isAfter(other.time()) ? one.time() : other.time();
        Duration duration = one.duration().compareTo(other.duration()) > 0 ? one.duration() : other.duration();
        return new SnapshotInfo(
                time,
                duration,
                Math.max(one.tracebackLimit(), other.tracebackLimit()),
                Math.max(one.intervalBytes(), other.intervalBytes()),
                one.defaultMetric());
    }

    /** Copies records with the values of some metrics. */
    private static final class RecordCopy {

        private final SnapshotColumns from;
        private final SnapshotBuilder to;
        private final String host;
        private final Metric[] metrics;
        private final boolean aged;

        RecordCopy(SnapshotColumns from, String host, SnapshotBuilder to, Set<Metric> metrics, boolean withAges) {
            this.from = from;
            this.host = host;
            this.to = to;
            this.metrics = metrics.toArray(Metric[]::new);
            // Ages are those of live blocks.
            this.aged = withAges && metrics.contains(Metric.LIVE) && from.ageBuckets() > 0;
        }

        void run() {
            if (aged) {
                to.agesRecorded();
            }
            int[] tracebacks = tracebacks();
            int[] types = new int[from.typeCount()];
            for (int type = 0; type < types.length; type++) {
                types[type] = to.type(from.typeName(type));
            }
            int[] threads = threads();
            for (int record = 0; record < from.recordCount(); record++) {
                int copy = to.record(
                        tracebacks[from.traceback(record)],
                        types[from.type(record)],
                        from.domain(record),
                        threads[from.thread(record)],
                        from.blockSize(record));
                for (Metric metric : metrics) {
                    to.add(copy, metric, from.count(record, metric), from.bytes(record, metric));
                }
                if (aged && from.isAged(record)) {
                    addAges(record, copy);
                }
            }
        }

        private void addAges(int record, int copy) {
            for (int bucket = 0; bucket < from.ageBuckets(); bucket++) {
                to.addAged(copy, bucket, from.agedCount(record, bucket), from.agedBytes(record, bucket));
            }
        }

        private int[] threads() {
            int[] threads = new int[from.threadCount()];
            for (int thread = 0; thread < threads.length; thread++) {
                String known = from.threadHost(thread);
                threads[thread] = to.thread(from.threadName(thread), known.isEmpty() ? host : known);
            }
            return threads;
        }

        private int[] tracebacks() {
            int[] frames = new int[from.frameCount()];
            for (int frame = 0; frame < frames.length; frame++) {
                frames[frame] = to.frame(
                        from.frameClass(frame), from.frameMethod(frame), from.frameFile(frame), from.frameLine(frame));
            }
            int[] tracebacks = new int[from.tracebackCount()];
            for (int traceback = 0; traceback < tracebacks.length; traceback++) {
                int length = from.tracebackLength(traceback);
                int[] ids = new int[length];
                for (int i = 0; i < length; i++) {
                    ids[i] = frames[from.tracebackFrame(traceback, i)];
                }
                tracebacks[traceback] = to.traceback(ids, length, from.totalFrames(traceback));
            }
            return tracebacks;
        }
    }
}
