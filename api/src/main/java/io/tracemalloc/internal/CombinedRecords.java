package io.tracemalloc.internal;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.SnapshotColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Joins what was counted with what was sampled: the exact total of each allocation site and class is divided among the
 * sampled tracebacks that end at the site, in proportion to their weights, in whole blocks that add up to the total.
 * Each of these gets a block at least, for one was seen. A site without a sample keeps the counter's traceback.
 *
 * <p>Live, peak and temporary values are the sampler's, but never more than what was allocated of the record. What was
 * sampled at a site that was not counted was allocated by the VM or by native code: it keeps these values, and its
 * allocated bytes are told as a fact, for the counters do not know of them. Good for one snapshot.
 */
final class CombinedRecords {

    private static final List<Metric> FOLLOWED = List.of(Metric.LIVE, Metric.PEAK, Metric.TEMPORARY);

    private final SnapshotColumns counted;
    private final SnapshotColumns sampled;
    private final TraceOptions options;
    private final AllocationSink sink;
    private final Map<Site, List<Integer>> samples = new HashMap<>();
    private final BitSet matched = new BitSet();
    private final int[] tracebacks;

    private record Site(String className, String method, int line, String type) {}

    CombinedRecords(SnapshotColumns counted, SnapshotColumns sampled, TraceOptions options, AllocationSink sink) {
        this.counted = counted;
        this.sampled = sampled;
        this.options = options;
        this.sink = sink;
        this.tracebacks = new int[sampled.tracebackCount()];
        Arrays.fill(tracebacks, -1);
    }

    void write() {
        for (int record = 0; record < sampled.recordCount(); record++) {
            samples.computeIfAbsent(site(sampled, record), site -> new ArrayList<>())
                    .add(record);
        }
        for (int record = 0; record < counted.recordCount(); record++) {
            divide(record);
        }
        writeUncounted();
        writeExactness();
        writeFacts();
    }

    private static Site site(SnapshotColumns columns, int record) {
        int frame = columns.tracebackFrame(columns.traceback(record), 0);
        return new Site(
                columns.frameClass(frame),
                columns.frameMethod(frame),
                columns.frameLine(frame),
                columns.typeName(columns.type(record)));
    }

    private void divide(int record) {
        List<Integer> shares = sharesOf(record);
        long blocks = counted.count(record, Metric.ALLOCATED);
        long bytes = counted.bytes(record, Metric.ALLOCATED);
        if (shares.isEmpty()) {
            sink.add(record(record, copy(counted, counted.traceback(record))), Metric.ALLOCATED, blocks, bytes);
            return;
        }
        long size = counted.blockSize(record);
        Division divided = new Division(blocks, sum(shares, false), shares.size(), 1);
        Division dividedBytes = new Division(bytes, sum(shares, true), shares.size(), Division.SMALLEST_BLOCK);
        for (int sample : shares) {
            long ownBlocks = divided.next((double) sampled.count(sample, Metric.ALLOCATED));
            long ownBytes = size == AllocationSink.MIXED_SIZES
                    ? dividedBytes.next((double) sampled.bytes(sample, Metric.ALLOCATED))
                    : ownBlocks * size;
            int target = record(record, traceback(sample));
            sink.add(target, Metric.ALLOCATED, ownBlocks, ownBytes);
            follow(sample, target, size, ownBlocks, ownBytes);
        }
    }

    /** The samples of a counted record's site, and where it names a caller those through that line; each is taken once. */
    private List<Integer> sharesOf(int record) {
        List<Integer> ofSite = samples.getOrDefault(site(counted, record), List.of());
        List<Integer> shares = new ArrayList<>();
        int traceback = counted.traceback(record);
        for (int sample : ofSite) {
            if (!matched.get(sample)
                    && sampled.domain(sample) == counted.domain(record)
                    && (counted.tracebackLength(traceback) == 1 || goesThrough(sample, traceback))) {
                matched.set(sample);
                shares.add(sample);
            }
        }
        return shares;
    }

    private boolean goesThrough(int sample, int countedTraceback) {
        int caller = counted.tracebackFrame(countedTraceback, 1);
        int traceback = sampled.traceback(sample);
        for (int i = 1; i < sampled.tracebackLength(traceback); i++) {
            int frame = sampled.tracebackFrame(traceback, i);
            if (sampled.frameLine(frame) == counted.frameLine(caller)
                    && sampled.frameMethod(frame).equals(counted.frameMethod(caller))
                    && sampled.frameClass(frame).equals(counted.frameClass(caller))) {
                return true;
            }
        }
        return false;
    }

    private double sum(List<Integer> shares, boolean bytes) {
        double sum = 0;
        for (int sample : shares) {
            sum += (double) (bytes ? sampled.bytes(sample, Metric.ALLOCATED) : sampled.count(sample, Metric.ALLOCATED));
        }
        return sum;
    }

    private void follow(int sample, int target, long size, long mostBlocks, long mostBytes) {
        for (Metric metric : FOLLOWED) {
            if (sampled.has(metric)) {
                long blocks = Math.min(mostBlocks, sampled.count(sample, metric));
                sink.add(target, metric, blocks, bytes(blocks, size, mostBytes, sampled.bytes(sample, metric)));
            }
        }
        long open = Math.min(mostBlocks, sampled.count(sample, Metric.LIVE));
        for (int bucket = 0; bucket < sampled.ageBuckets(); bucket++) {
            long blocks = Math.min(open, sampled.agedCount(sample, bucket));
            if (blocks > 0) {
                open -= blocks;
                sink.addAged(target, bucket, blocks, bytes(blocks, size, mostBytes, sampled.agedBytes(sample, bucket)));
            }
        }
    }

    private static long bytes(long blocks, long size, long most, long estimated) {
        return size == AllocationSink.MIXED_SIZES ? Math.min(most, estimated) : blocks * size;
    }

    private int record(int countedRecord, int traceback) {
        return sink.record(
                traceback,
                sink.type(counted.typeName(counted.type(countedRecord))),
                counted.domain(countedRecord),
                AllocationSink.NO_THREAD,
                counted.blockSize(countedRecord));
    }

    private int traceback(int sample) {
        int traceback = sampled.traceback(sample);
        if (tracebacks[traceback] < 0) {
            tracebacks[traceback] = copy(sampled, traceback);
        }
        return tracebacks[traceback];
    }

    private int copy(SnapshotColumns columns, int traceback) {
        int length = columns.tracebackLength(traceback);
        int[] frames = new int[length];
        for (int i = 0; i < length; i++) {
            int frame = columns.tracebackFrame(traceback, i);
            frames[i] = sink.frame(
                    columns.frameClass(frame),
                    columns.frameMethod(frame),
                    columns.frameFile(frame),
                    columns.frameLine(frame));
        }
        return sink.traceback(frames, length, columns.totalFrames(traceback));
    }

    private void writeUncounted() {
        if (sampled.ageBuckets() > 0) {
            sink.agesRecorded();
        }
        long allocated = 0;
        for (int sample = matched.nextClearBit(0);
                sample < sampled.recordCount();
                sample = matched.nextClearBit(sample + 1)) {
            allocated += sampled.bytes(sample, Metric.ALLOCATED);
            int target = sink.record(
                    traceback(sample),
                    sink.type(sampled.typeName(sampled.type(sample))),
                    sampled.domain(sample),
                    AllocationSink.NO_THREAD,
                    sampled.blockSize(sample));
            for (Metric metric : FOLLOWED) {
                if (sampled.has(metric)) {
                    sink.add(target, metric, sampled.count(sample, metric), sampled.bytes(sample, metric));
                }
            }
            for (int bucket = 0; bucket < sampled.ageBuckets(); bucket++) {
                if (sampled.agedCount(sample, bucket) > 0) {
                    sink.addAged(target, bucket, sampled.agedCount(sample, bucket), sampled.agedBytes(sample, bucket));
                }
            }
        }
        if (allocated > 0) {
            sink.attribute("sampled_at_uncounted_sites_bytes", Long.toString(allocated));
        }
    }

    private void writeExactness() {
        Exactness divided = options.exactCallers() ? Exactness.EXACT_BY_CALLER : Exactness.EXACT_BY_SITE;
        Exactness exactness = options.frames() == 1 ? Exactness.EXACT : divided;
        sink.recorded(Metric.ALLOCATED, counted.exactness(Metric.ALLOCATED).and(exactness));
        for (Metric metric : FOLLOWED) {
            if (sampled.has(metric)) {
                sink.recorded(metric, sampled.exactness(metric));
            }
        }
    }

    private void writeFacts() {
        for (SnapshotColumns part : List.of(counted, sampled)) {
            sink.dropped(part.dropped());
            sink.truncated(part.truncated());
            sink.overhead(part.overheadBytes());
            for (Map.Entry<String, String> fact : part.attributes().entrySet()) {
                // The sums are exact here.
                if (!fact.getKey().equals("allocated_bytes_standard_error")) {
                    sink.attribute(fact.getKey(), fact.getValue());
                }
            }
        }
    }
}
