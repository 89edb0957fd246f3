package io.tracemalloc.internal.columns;

import java.util.BitSet;

/** Live blocks by age, for those records that have any. Not safe for several threads while it grows. */
public final class AgeColumns {

    /** Ages there are: bucket 63 ends at 2^63 - 1 collections. */
    public static final int BUCKETS = 64;

    private static final int BUCKET_BITS = 6;

    /*
     * Most snapshots have no ages and most records of the others have none or one: so the values are in a hash table by
     * record and bucket, and a bit for each record spares those without ages the look-up.
     */
    private final BitSet aged = new BitSet();
    private final LongTable keys = new LongTable();
    private final LongColumn counts = new LongColumn();
    private final LongColumn bytes = new LongColumn();
    private int buckets = 1;
    private long totalCount;
    private long totalBytes;

    /** No ages yet. */
    public AgeColumns() {}

    /** One more than the highest bucket with blocks, at least 1. */
    public int buckets() {
        return buckets;
    }

    /** Number of pairs of record and bucket that have blocks. */
    public int size() {
        return keys.size();
    }

    /**
     * Adds to a bucket of a record; if both numbers are 0, nothing happens.
     *
     * @throws IllegalArgumentException if the bucket is unknown, a number is negative or the sum over all records does
     *     not fit a long
     */
    public void add(int record, int bucket, long count, long size) {
        check(bucket, count, size);
        if ((count | size) == 0) {
            return;
        }
        int id = keys.intern((long) record << BUCKET_BITS | bucket);
        counts.add(id, count);
        bytes.add(id, size);
        aged.set(record);
        buckets = Math.max(buckets, bucket + 1);
        totalCount += count;
        totalBytes += size;
    }

    private void check(int bucket, long count, long size) {
        if (bucket < 0 || bucket >= BUCKETS) {
            throw new IllegalArgumentException("age bucket must be in 0.." + (BUCKETS - 1) + ", got " + bucket);
        }
        if (count < 0 || size < 0) {
            throw new IllegalArgumentException("count and bytes must be 0 or more, got " + count + " and " + size);
        }
        if (totalCount + count < 0 || totalBytes + size < 0) {
            throw new IllegalArgumentException("the sum of all counts or bytes by age must be below 2^63, got one more"
                    + " of " + count + " and " + size);
        }
    }

    /** Whether the record has blocks of a known age. */
    public boolean isAged(int record) {
        return aged.get(record);
    }

    /** Blocks of a record in a bucket. */
    public long count(int record, int bucket) {
        int id = find(record, bucket);
        return id < 0 ? 0 : counts.get(id);
    }

    /** Bytes of a record in a bucket. */
    public long bytes(int record, int bucket) {
        int id = find(record, bucket);
        return id < 0 ? 0 : bytes.get(id);
    }

    private int find(int record, int bucket) {
        return bucket < buckets && bucket >= 0 && aged.get(record)
                ? keys.find((long) record << BUCKET_BITS | bucket)
                : -1;
    }

    /** Adds all ages of a record of another snapshot. */
    public void copy(AgeColumns source, int sourceRecord, int record) {
        if (source.isAged(sourceRecord)) {
            for (int bucket = 0; bucket < source.buckets; bucket++) {
                add(record, bucket, source.count(sourceRecord, bucket), source.bytes(sourceRecord, bucket));
            }
        }
    }
}
