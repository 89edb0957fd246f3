package io.tracemalloc.internal.columns;

import io.tracemalloc.Exactness;

/** The values of one metric for every record. Not safe for several threads while it grows. */
public final class MetricColumns {

    /*
     * Bytes are kept as what they differ from count * block size. For records of equal blocks, which are the many,
     * that is 0 throughout and costs nothing. The arithmetic wraps, and unwraps again when the value is read.
     */
    private final LongColumn counts;
    private final LongColumn excess;
    private Exactness exactness;
    private long totalCount;
    private long totalBytes;

    /** No values yet. */
    public MetricColumns(Exactness exactness) {
        this.counts = new LongColumn();
        this.excess = new LongColumn();
        this.exactness = exactness;
    }

    private MetricColumns(MetricColumns values, Exactness exactness) {
        this.counts = values.counts;
        this.excess = values.excess;
        this.totalCount = values.totalCount;
        this.totalBytes = values.totalBytes;
        this.exactness = exactness;
    }

    /** The same values, less trusted; shares the columns, so neither may grow any more. */
    public MetricColumns withExactness(Exactness other) {
        return new MetricColumns(this, other);
    }

    /** How exact the values are. */
    public Exactness exactness() {
        return exactness;
    }

    /** Weakens the exactness to this level, or leaves it if it is weaker already. */
    public void weaken(Exactness other) {
        exactness = exactness.and(other);
    }

    /** Sum of all counts. */
    public long totalCount() {
        return totalCount;
    }

    /** Sum of all bytes. */
    public long totalBytes() {
        return totalBytes;
    }

    /**
     * Adds to a record whose blocks have this size.
     *
     * @throws IllegalArgumentException if a number is negative, or the sum over all records does not fit a long
     */
    public void add(int record, long blockSize, long count, long bytes) {
        addToTotals(count, bytes);
        counts.add(record, count);
        excess.add(record, bytes - count * blockSize);
    }

    private void addToTotals(long count, long bytes) {
        if (count < 0 || bytes < 0) {
            throw new IllegalArgumentException("count and bytes must be 0 or more, got " + count + " and " + bytes);
        }
        if (totalCount + count < 0 || totalBytes + bytes < 0) {
            throw new IllegalArgumentException(
                    "the sum of all counts or bytes must be below 2^63, got one more of " + count + " and " + bytes);
        }
        totalCount += count;
        totalBytes += bytes;
    }

    /**
     * Adds to consecutive records.
     *
     * @param blockSizes block sizes of all records
     * @throws IllegalArgumentException as {@link #add}
     */
    public void addAll(int first, LongColumn blockSizes, long[] moreCounts, long[] moreBytes, int length) {
        if (counts.size() > first) {
            for (int i = 0; i < length; i++) {
                add(first + i, blockSizes.get(first + i), moreCounts[i], moreBytes[i]);
            }
            return;
        }
        counts.appendTimes(0, first - counts.size());
        excess.appendTimes(0, first - excess.size());
        long[] difference = new long[length];
        for (int i = 0; i < length; i++) {
            addToTotals(moreCounts[i], moreBytes[i]);
            difference[i] = moreBytes[i] - moreCounts[i] * blockSizes.get(first + i);
        }
        counts.append(moreCounts, length);
        excess.append(difference, length);
    }

    /** Number of blocks of a record. */
    public long count(int record) {
        return counts.get(record);
    }

    /** Bytes of a record whose blocks have this size. */
    public long bytes(int record, long blockSize) {
        return excess.get(record) + counts.get(record) * blockSize;
    }

    /** Number of blocks of consecutive records. */
    public void counts(int first, long[] target, int length) {
        counts.copy(first, target, length);
    }

    /** Bytes less count times block size of consecutive records. */
    public void excess(int first, long[] target, int length) {
        excess.copy(first, target, length);
    }

    /**
     * Decodes a segment.
     *
     * @param sizes block sizes of the segment
     */
    public void read(int segment, int length, long[] sizes, long[] countsOut, long[] bytesOut) {
        counts.read(segment, length, countsOut);
        excess.read(segment, length, bytesOut);
        for (int i = 0; i < length; i++) {
            bytesOut[i] += countsOut[i] * sizes[i];
        }
    }

    /** Appends values whose sum is known to fit. */
    public void append(long[] sizes, long[] newCounts, long[] newBytes, int length) {
        for (int i = 0; i < length; i++) {
            totalCount += newCounts[i];
            totalBytes += newBytes[i];
            newBytes[i] -= newCounts[i] * sizes[i];
        }
        counts.append(newCounts, length);
        excess.append(newBytes, length);
    }
}
