package io.tracemalloc.storage.protobuf;

import io.tracemalloc.spi.SnapshotColumns;

/**
 * Consecutive records, copied out of the columns: a pass over a block at a time costs a fraction of one call for each
 * number. Not safe for several threads at once.
 */
final class RecordBlock {

    /** Fits the first-level cache, and the segments of the columns. */
    static final int LENGTH = 2048;

    private final SnapshotColumns columns;
    private final boolean[] recorded = new boolean[Values.METRICS];
    private final boolean hasAges;
    private final int[] tracebacks = new int[LENGTH];
    private final int[] types = new int[LENGTH];
    private final int[] domains = new int[LENGTH];
    private final int[] threads = new int[LENGTH];
    private final long[] sizes = new long[LENGTH];
    private final long[][] counts = new long[Values.METRICS][LENGTH];
    private final long[][] excess = new long[Values.METRICS][LENGTH];
    private int first;
    private int length;

    RecordBlock(SnapshotColumns columns) {
        this.columns = columns;
        hasAges = columns.ageBuckets() > 0;
        for (int metric = 0; metric < Values.METRICS; metric++) {
            recorded[metric] = columns.has(Values.metric(metric));
        }
    }

    /** Moves to the block that starts here and reads all of it. */
    void read(int firstRecord) {
        readKinds(firstRecord);
        readValues();
    }

    /** Moves to the block that starts here and reads all but block sizes and values. */
    void readKinds(int firstRecord) {
        first = firstRecord;
        length = Math.min(LENGTH, columns.recordCount() - firstRecord);
        columns.tracebacks(first, tracebacks, length);
        columns.types(first, types, length);
        columns.domains(first, domains, length);
        columns.threads(first, threads, length);
    }

    private void readValues() {
        columns.blockSizes(first, sizes, length);
        for (int metric = 0; metric < Values.METRICS; metric++) {
            if (recorded[metric]) {
                columns.counts(first, Values.metric(metric), counts[metric], length);
                columns.excess(first, Values.metric(metric), excess[metric], length);
            }
        }
    }

    int length() {
        return length;
    }

    int record(int at) {
        return first + at;
    }

    int traceback(int at) {
        return tracebacks[at];
    }

    int type(int at) {
        return types[at];
    }

    int domain(int at) {
        return domains[at];
    }

    int thread(int at) {
        return threads[at];
    }

    long size(int at) {
        return sizes[at];
    }

    boolean isAged(int at) {
        return hasAges && columns.isAged(first + at);
    }

    /** Copies the counts of a record; whether the bytes of any metric are not count times size. */
    boolean copyCounts(int at, long[] target) {
        long anyExcess = 0;
        for (int metric = 0; metric < Values.METRICS; metric++) {
            target[metric] = counts[metric][at];
            anyExcess |= excess[metric][at];
        }
        return anyExcess != 0;
    }
}
