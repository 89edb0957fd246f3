package io.tracemalloc.storage.protobuf;

import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.SnapshotColumns;
import java.io.IOException;
import java.util.Arrays;

/** Encodes groups of records as samples. */
final class SampleWriter implements RecordGroups.Visitor {

    private final SnapshotColumns columns;
    private final Kinds kinds;
    private final Rows rows;
    private final FrameTable frames;
    private final ProfileOutput out;
    private final boolean[] recorded = new boolean[Values.METRICS];

    private final int typeKey;
    private final int threadKey;
    private final int hostKey;
    private final int domainKey;
    private final int totalFramesKey;
    private final int bytesKey;
    private final int bytesUnit;

    private final WireWriter sample = new WireWriter();
    private final WireWriter part = new WireWriter();
    private final WireWriter locations = new WireWriter();
    private final WireWriter labels = new WireWriter();
    private int encodedTraceback = -1;

    /** The blocks gathered for the next sample: distinct sizes, then count and excess bytes per metric and size. */
    private long[] sizes = new long[16];

    private final long[][] counts = new long[Values.METRICS][16];
    private final long[][] excess = new long[Values.METRICS][16];
    private int gathered;
    private long records;

    /** Ages of the sizes before the last gathered one, four numbers each, and those of that one by bucket. */
    private final LongList ages = new LongList();

    private final int ageBuckets;
    private final long[] agedCounts;
    private final long[] agedBytes;
    private boolean lastIsAged;

    SampleWriter(
            SnapshotColumns columns,
            Kinds kinds,
            Rows rows,
            FrameTable frames,
            StringTable strings,
            ProfileOutput out) {
        this.columns = columns;
        this.kinds = kinds;
        this.rows = rows;
        this.frames = frames;
        typeKey = strings.index(Schema.LABEL_TYPE);
        threadKey = strings.index(Schema.LABEL_THREAD);
        hostKey = kinds.hasHosts() ? strings.index(Schema.LABEL_HOST) : 0;
        domainKey = strings.index(Schema.LABEL_DOMAIN);
        totalFramesKey = strings.index(Schema.LABEL_TOTAL_FRAMES);
        bytesKey = strings.index(Schema.LABEL_BYTES);
        bytesUnit = strings.index(Schema.BYTES);
        this.out = out;
        ageBuckets = columns.ageBuckets();
        agedCounts = new long[ageBuckets];
        agedBytes = new long[ageBuckets];
        for (int metric = 0; metric < Values.METRICS; metric++) {
            recorded[metric] = columns.has(Values.metric(metric));
        }
    }

    /** How many records a reader will find; equal ones were joined. */
    long records() {
        return records;
    }

    @Override
    public void group(int traceback, long kind, long[] keys, int from, int to) throws IOException {
        encodeLocations(traceback);
        encodeLabels(traceback, kind);
        for (int i = from; i < to; i++) {
            long size = rows.size(keys[i]);
            if (mustStartSample(size)) {
                writeSample();
            }
            gather(keys[i], size);
        }
        writeSample();
    }

    /** Blocks of several sizes that are one record have a sample of their own. */
    private boolean mustStartSample(long size) {
        if (gathered == 0) {
            return false;
        }
        long last = sizes[gathered - 1];
        if (last == size) {
            return false;
        }
        return last == AllocationSink.MIXED_SIZES || gathered == Schema.MAX_BLOCK_SIZES || agesAreFull();
    }

    /** Whether two more sizes, that which waits and the next, might have too many ages. */
    private boolean agesAreFull() {
        return ages.size() / Schema.AGE_NUMBERS + 2 * ageBuckets > Schema.MAX_AGES;
    }

    private void gather(long key, long size) {
        boolean first = gathered == 0 || sizes[gathered - 1] != size;
        if (first) {
            finishAges();
            append(size);
        }
        gatherAges(key);
        int at = gathered - 1;
        for (int metric = 0; metric < Values.METRICS; metric++) {
            if (recorded[metric]) {
                counts[metric][at] = rows.count(key, metric) + (first ? 0 : counts[metric][at]);
                excess[metric][at] = rows.excess(key, metric) + (first ? 0 : excess[metric][at]);
            }
        }
    }

    private void gatherAges(long key) {
        if (ageBuckets > 0 && rows.isAged(key)) {
            lastIsAged = true;
            for (int bucket = 0; bucket < ageBuckets; bucket++) {
                agedCounts[bucket] += rows.agedCount(key, bucket);
                agedBytes[bucket] += rows.agedBytes(key, bucket);
            }
        }
    }

    /** Moves the ages of the last gathered size to the list. */
    private void finishAges() {
        if (!lastIsAged) {
            return;
        }
        for (int bucket = 0; bucket < ageBuckets; bucket++) {
            if ((agedCounts[bucket] | agedBytes[bucket]) != 0) {
                ages.add(gathered - 1);
                ages.add(bucket);
                ages.add(agedCounts[bucket]);
                ages.add(agedBytes[bucket]);
            }
        }
        Arrays.fill(agedCounts, 0);
        Arrays.fill(agedBytes, 0);
        lastIsAged = false;
    }

    private void append(long size) {
        if (gathered == sizes.length) {
            sizes = Arrays.copyOf(sizes, gathered * 2);
            for (int metric = 0; metric < Values.METRICS; metric++) {
                counts[metric] = Arrays.copyOf(counts[metric], gathered * 2);
                excess[metric] = Arrays.copyOf(excess[metric], gathered * 2);
            }
        }
        sizes[gathered++] = size;
    }

    private void writeSample() throws IOException {
        sample.clear();
        if (locations.size() > 0) {
            sample.message(Schema.SAMPLE_LOCATION_ID, locations);
        }
        writeSums();
        sample.fields(labels);
        if (gathered > 1) {
            writeSizes();
            writeColumns();
        } else if (sizes[0] != AllocationSink.MIXED_SIZES) {
            label(sample, bytesKey, 0, sizes[0], bytesUnit);
        }
        writeAges();
        out.message(Schema.PROFILE_SAMPLE, sample);
        records += gathered;
        gathered = 0;
    }

    private void writeSums() {
        part.clear();
        putSums(Values.ALLOCATED);
        putSums(Values.LIVE);
        sample.message(Schema.SAMPLE_VALUE, part);
        writeOwnSums(Schema.SAMPLE_PEAK, Values.PEAK);
        writeOwnSums(Schema.SAMPLE_TEMPORARY, Values.TEMPORARY);
    }

    private void writeOwnSums(int field, int metric) {
        if (recorded[metric]) {
            part.clear();
            putSums(metric);
            sample.message(field, part);
        }
    }

    private void putSums(int metric) {
        long count = 0;
        long bytes = 0;
        for (int i = 0; i < gathered; i++) {
            count += counts[metric][i];
            bytes += counts[metric][i] * sizes[i] + excess[metric][i];
        }
        part.varint(count);
        part.varint(bytes);
    }

    private void writeSizes() {
        long anyBit = 0;
        for (int i = 0; i < gathered; i++) {
            anyBit |= sizes[i];
        }
        int shift = Long.numberOfTrailingZeros(anyBit);
        part.clear();
        part.reserveVarints(gathered);
        long last = 0;
        for (int i = 0; i < gathered; i++) {
            part.putVarint((sizes[i] - last) >>> shift);
            last = sizes[i];
        }
        sample.message(Schema.SAMPLE_BLOCK_SIZE, part);
        sample.number(Schema.SAMPLE_SIZE_SHIFT, shift);
    }

    private void writeColumns() {
        for (int metric = 0; metric < Values.METRICS; metric++) {
            int field = Schema.SAMPLE_FIRST_COLUMN + 2 * metric;
            if (!isEven(counts[metric])) {
                writeCounts(field, counts[metric]);
            }
            if (!isZero(excess[metric])) {
                writeExcess(field + 1, excess[metric]);
            }
        }
    }

    private void writeAges() {
        finishAges();
        if (ages.isEmpty()) {
            return;
        }
        part.clear();
        part.reserveVarints(ages.size());
        for (int i = 0; i < ages.size(); i++) {
            part.putVarint(ages.get(i));
        }
        sample.message(Schema.SAMPLE_AGE, part);
        ages.clear();
    }

    private void writeCounts(int field, long[] column) {
        part.clear();
        part.reserveVarints(gathered);
        for (int i = 0; i < gathered; i++) {
            part.putVarint(column[i]);
        }
        sample.message(field, part);
    }

    private void writeExcess(int field, long[] column) {
        part.clear();
        part.reserveVarints(gathered);
        for (int i = 0; i < gathered; i++) {
            part.putVarint(WireWriter.zigzag(column[i]));
        }
        sample.message(field, part);
    }

    private boolean isEven(long[] column) {
        for (int i = 1; i < gathered; i++) {
            if (column[i] != column[0]) {
                return false;
            }
        }
        return true;
    }

    private boolean isZero(long[] column) {
        return column[0] == 0 && isEven(column);
    }

    private void encodeLocations(int traceback) {
        if (traceback == encodedTraceback) {
            return;
        }
        encodedTraceback = traceback;
        int length = columns.tracebackLength(traceback);
        locations.clear();
        locations.reserveVarints(length);
        for (int i = 0; i < length; i++) {
            locations.putVarint(frames.location(columns.tracebackFrame(traceback, i)));
        }
    }

    private void encodeLabels(int traceback, long kind) {
        labels.clear();
        label(labels, typeKey, kinds.typeString(kind), 0, 0);
        label(labels, threadKey, kinds.threadString(kind), 0, 0);
        label(labels, hostKey, kinds.hostString(kind), 0, 0);
        label(labels, domainKey, 0, kinds.domain(kind), 0);
        label(labels, totalFramesKey, 0, columns.totalFrames(traceback), 0);
    }

    /** A label, left out if it says nothing. */
    private void label(WireWriter target, int key, int text, long number, int unit) {
        if (text == 0 && number == 0) {
            return;
        }
        part.clear();
        part.number(Schema.LABEL_KEY, key);
        part.number(Schema.LABEL_STR, text);
        part.number(Schema.LABEL_NUM, number);
        part.number(Schema.LABEL_NUM_UNIT, unit);
        target.message(Schema.SAMPLE_LABEL, part);
    }
}
