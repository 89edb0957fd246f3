package io.tracemalloc.storage.protobuf;

import io.tracemalloc.SnapshotFormatException;
import io.tracemalloc.spi.AllocationSink;
import java.io.IOException;
import java.util.Arrays;

/** Decodes samples into records. */
final class SampleReader {

    private static final int MAX_VALUES = 1000;

    /** Inlined calls make many frames of few bytes; beyond this many frames they are set against the bytes read. */
    private static final long FREE_FRAMES = 1L << 24;

    private static final int FRAMES_PER_BYTE = 64;

    private final FileStrings strings;
    private final FileFrames frames;
    private final ValueColumns columns;
    private final boolean ours;
    private final MemoryBudget budget;
    private final AllocationSink sink;

    private final NameIds types;
    private final ThreadIds threads;
    private final LongList locations = new LongList();
    private final LongList values = new LongList();
    private final LongList blockSizes = new LongList();
    private final LongList ages = new LongList();
    /** Count and excess of each metric, as in the file. */
    private final LongList[] blockColumns = new LongList[2 * Values.METRICS];

    private long[] blockCounts = new long[64];
    private long[] blockBytes = new long[64];
    private final LongList[] ownSums = new LongList[Values.METRICS];
    private final long[] counts = new long[Values.METRICS];
    private final long[] bytes = new long[Values.METRICS];
    private long shift;
    private long type;
    private long thread;
    private long host;
    private long domain;
    private long blockSize;
    private long totalFrames;

    private long bytesRead;
    private long framesSeen;
    private int tracebacks;
    private int longest;
    private long records;

    SampleReader(
            FileStrings strings,
            FileFrames frames,
            ValueColumns columns,
            boolean ours,
            MemoryBudget budget,
            AllocationSink sink) {
        this.strings = strings;
        this.frames = frames;
        this.columns = columns;
        this.ours = ours;
        this.budget = budget;
        this.sink = sink;
        types = new NameIds(strings, sink::type);
        threads = new ThreadIds(strings, budget, sink);
        Arrays.setAll(blockColumns, i -> new LongList());
        Arrays.setAll(ownSums, i -> new LongList());
    }

    long records() {
        return records;
    }

    /** Frames of the longest traceback. */
    int longest() {
        return longest;
    }

    void read(WireReader in) throws IOException {
        clear();
        long start = in.position();
        long outer = in.enter();
        while (in.nextField()) {
            readField(in);
        }
        in.leave(outer);
        bytesRead += in.position() - start;
        add();
    }

    private void clear() {
        locations.clear();
        values.clear();
        blockSizes.clear();
        ages.clear();
        for (LongList column : blockColumns) {
            column.clear();
        }
        for (LongList sums : ownSums) {
            sums.clear();
        }
        Arrays.fill(counts, 0);
        Arrays.fill(bytes, 0);
        shift = 0;
        type = 0;
        thread = 0;
        host = 0;
        domain = 0;
        blockSize = AllocationSink.MIXED_SIZES;
        totalFrames = 0;
    }

    private void readField(WireReader in) throws IOException {
        switch (in.field()) {
            case Schema.SAMPLE_LOCATION_ID -> in.numbers(locations, Schema.MAX_FRAMES);
            case Schema.SAMPLE_VALUE -> in.numbers(values, MAX_VALUES);
            case Schema.SAMPLE_LABEL -> readLabel(in);
            default -> {
                if (ours) {
                    readOwnField(in);
                } else {
                    in.skip();
                }
            }
        }
    }

    private void readOwnField(WireReader in) throws IOException {
        int field = in.field();
        switch (field) {
            case Schema.SAMPLE_BLOCK_SIZE -> in.numbers(blockSizes, Schema.MAX_BLOCK_SIZES);
            case Schema.SAMPLE_SIZE_SHIFT -> shift = in.number();
            case Schema.SAMPLE_PEAK -> in.numbers(ownSums[Values.PEAK], 2);
            case Schema.SAMPLE_TEMPORARY -> in.numbers(ownSums[Values.TEMPORARY], 2);
            case Schema.SAMPLE_AGE -> in.numbers(ages, Schema.AGE_NUMBERS * Schema.MAX_AGES);
            default -> {
                if (field >= Schema.SAMPLE_FIRST_COLUMN && field <= Schema.SAMPLE_LAST_COLUMN) {
                    in.numbers(blockColumns[field - Schema.SAMPLE_FIRST_COLUMN], Schema.MAX_BLOCK_SIZES);
                } else {
                    in.skip();
                }
            }
        }
    }

    private void readLabel(WireReader in) throws IOException {
        long key = 0;
        long text = 0;
        long number = 0;
        long outer = in.enter();
        while (in.nextField()) {
            switch (in.field()) {
                case Schema.LABEL_KEY -> key = in.number();
                case Schema.LABEL_STR -> text = in.number();
                case Schema.LABEL_NUM -> number = in.number();
                default -> in.skip();
            }
        }
        in.leave(outer);
        switch (strings.get(key)) {
            case Schema.LABEL_TYPE -> type = text;
            case Schema.LABEL_THREAD -> thread = text;
            case Schema.LABEL_HOST -> host = text;
            case Schema.LABEL_BYTES -> blockSize = Math.max(number, AllocationSink.MIXED_SIZES);
            case Schema.LABEL_DOMAIN -> domain = number;
            case Schema.LABEL_TOTAL_FRAMES -> totalFrames = number;
            default -> {
                // Labels of other tools say nothing that a record has a place for.
            }
        }
    }

    private void add() throws SnapshotFormatException {
        columns.sort(values, counts, bytes);
        sortOwnSums(Values.PEAK);
        sortOwnSums(Values.TEMPORARY);
        if (domain < 0 || domain > Integer.MAX_VALUE) {
            throw new SnapshotFormatException("expected a domain of 0 or more, found " + domain);
        }
        int traceback = traceback();
        int typeId = types.id(type);
        int threadId = threads.id(thread, host);
        if (blockSizes.isEmpty()) {
            int record = record(traceback, typeId, threadId, blockSize);
            for (int metric = 0; metric < Values.METRICS; metric++) {
                addValues(record, metric, counts[metric], bytes[metric]);
            }
            addAges(record, 1);
        } else {
            addBlocks(traceback, typeId, threadId);
        }
    }

    private void sortOwnSums(int metric) throws SnapshotFormatException {
        LongList sums = ownSums[metric];
        if (sums.size() == 2) {
            counts[metric] = sums.get(0);
            bytes[metric] = sums.get(1);
        } else if (!sums.isEmpty()) {
            throw new SnapshotFormatException("expected a count and bytes, found one number: the file is damaged");
        }
    }

    private int traceback() throws SnapshotFormatException {
        frames.clear();
        for (int i = 0; i < locations.size(); i++) {
            frames.push(locations.get(i));
        }
        int depth = frames.depth();
        framesSeen += depth;
        if (framesSeen > FREE_FRAMES && framesSeen - FREE_FRAMES > FRAMES_PER_BYTE * bytesRead) {
            throw new SnapshotFormatException(
                    "expected a snapshot, found an expansion bomb: " + framesSeen + " frames in few bytes");
        }
        int traceback = frames.traceback(totalFrames);
        if (traceback >= tracebacks) {
            budget.take(MemoryBudget.ENTRY + (long) depth * Integer.BYTES * 2);
            tracebacks = traceback + 1;
        }
        longest = Math.max(longest, depth);
        return traceback;
    }

    private int record(int traceback, int typeId, int threadId, long size) throws SnapshotFormatException {
        if (ours) {
            budget.take(MemoryBudget.RECORD);
            records++;
            return sink.newRecord(traceback, typeId, (int) domain, threadId, size);
        }
        int record = sink.record(traceback, typeId, (int) domain, threadId, size);
        if (record >= records) {
            budget.take(MemoryBudget.RECORD + MemoryBudget.NUMBER);
            records = record + 1L;
        }
        return record;
    }

    private void addBlocks(int traceback, int typeId, int threadId) throws SnapshotFormatException {
        readSizes();
        int blocks = blockSizes.size();
        budget.take((long) MemoryBudget.RECORD * blocks);
        records += blocks;
        int first = sink.newRecords(traceback, typeId, (int) domain, threadId, blockSizes.array(), blocks);
        for (int metric = 0; metric < Values.METRICS; metric++) {
            readColumn(metric);
            if (counts[metric] != 0 || bytes[metric] != 0) {
                sink.addAll(first, Values.metric(metric), blockCounts, blockBytes, blocks);
            }
        }
        addAges(first, blocks);
    }

    /** Turns differences into sizes. */
    private void readSizes() throws SnapshotFormatException {
        if (shift < 0 || shift >= Long.SIZE) {
            throw damaged("a shift of " + shift);
        }
        long size = 0;
        for (int i = 0; i < blockSizes.size(); i++) {
            long larger = size + (blockSizes.get(i) << shift);
            if (larger <= size) {
                throw damaged("block size " + larger + " behind " + size);
            }
            size = larger;
            blockSizes.set(i, size);
        }
    }

    /** Finds counts and bytes of each block by a metric. */
    private void readColumn(int metric) throws SnapshotFormatException {
        int blocks = blockSizes.size();
        if (blockCounts.length < blocks) {
            blockCounts = new long[Math.max(blocks, 2 * blockCounts.length)];
            blockBytes = new long[blockCounts.length];
        }
        LongList countColumn = column(2 * metric);
        LongList excessColumn = column(2 * metric + 1);
        boolean even = countColumn.isEmpty();
        long evenCount = counts[metric] / blocks;
        long countSum = 0;
        long byteSum = 0;
        long signs = 0;
        for (int i = 0; i < blocks; i++) {
            long count = even ? evenCount : countColumn.get(i);
            long size = count * blockSizes.get(i) + (excessColumn.isEmpty() ? 0 : zagzig(excessColumn.get(i)));
            countSum += count;
            byteSum += size;
            signs |= count | size;
            blockCounts[i] = count;
            blockBytes[i] = size;
        }
        if (countSum != counts[metric] || byteSum != bytes[metric] || signs < 0) {
            throw damaged("blocks that do not add up to the sample");
        }
    }

    private LongList column(int index) throws SnapshotFormatException {
        LongList column = blockColumns[index];
        if (!column.isEmpty() && column.size() != blockSizes.size()) {
            throw damaged(column.size() + " values for " + blockSizes.size() + " block sizes");
        }
        return column;
    }

    private void addValues(int record, int metric, long count, long size) throws SnapshotFormatException {
        if ((count | size) < 0) {
            throw new SnapshotFormatException("expected values of 0 or more, found " + Math.min(count, size)
                    + ": is it a difference of two profiles?");
        }
        if ((count | size) != 0) {
            sink.add(record, Values.metric(metric), count, size);
        }
    }

    private void addAges(int first, int blocks) throws SnapshotFormatException {
        if (ages.isEmpty()) {
            return;
        }
        if (ages.size() % Schema.AGE_NUMBERS != 0) {
            throw damagedAges(ages.size() + " numbers");
        }
        budget.take((long) MemoryBudget.ENTRY * ages.size() / Schema.AGE_NUMBERS);
        for (int i = 0; i < ages.size(); i += Schema.AGE_NUMBERS) {
            long place = ages.get(i);
            long bucket = ages.get(i + 1);
            long count = ages.get(i + 2);
            long size = ages.get(i + 3);
            if (place < 0 || place >= blocks || bucket < 0 || bucket >= Schema.AGE_BUCKETS || (count | size) < 0) {
                throw damagedAges("block size " + place + " of " + blocks + " with age " + bucket + ", count " + count
                        + " and " + size + " bytes");
            }
            sink.addAged(first + (int) place, (int) bucket, count, size);
        }
    }

    private static SnapshotFormatException damagedAges(String found) {
        return new SnapshotFormatException("expected the ages of blocks, found " + found + ": the file is damaged");
    }

    private static long zagzig(long value) {
        return (value >>> 1) ^ -(value & 1);
    }

    private static SnapshotFormatException damaged(String found) {
        return new SnapshotFormatException("expected ascending block sizes with their values, found " + found);
    }
}
