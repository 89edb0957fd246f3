package io.tracemalloc.spi;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;

/**
 * Takes the records of a capture backend or of a file and interns them: frames, tracebacks, classes, threads, records.
 *
 * <p>Ids are dense and start at 0. Id 0 of types and threads is the empty name: unknown. Equal frames, tracebacks and
 * records get equal ids. Not safe for several threads at once. Null names are a {@link NullPointerException}, unknown
 * ids an {@link IndexOutOfBoundsException}.
 */
public interface AllocationSink {

    /** The thread id to give where threads are not recorded. */
    int NO_THREAD = 0;

    /** The type id of an unknown class. */
    int UNKNOWN_TYPE = 0;

    /** The block size to give where a record stands for blocks of several sizes. */
    long MIXED_SIZES = 0;

    /**
     * The id of a frame; see {@link io.tracemalloc.Frame} for the form of the names.
     *
     * @param lineNumber source line, 0 or negative if unknown
     */
    int frame(String className, String methodName, String fileName, int lineNumber);

    /**
     * The id of a traceback.
     *
     * @param frameIds frames, most recent first; the array is copied
     * @param length how many of them count
     * @param totalFrames depth of the whole stack, 0 if unknown
     */
    int traceback(int[] frameIds, int length, int totalFrames);

    /** The id of an allocated class, named as {@link Class#getTypeName()} does. */
    int type(String name);

    /** The id of a thread. */
    int thread(String name);

    /**
     * The id of a thread that ran on this host, for snapshots of several JVMs. Threads of the same name on two hosts are
     * two. A sink that keeps no hosts takes the name alone.
     *
     * @param host which host, or which JVM, in whatever words tell them apart; empty for none, as {@link #thread(String)}
     */
    default int thread(String name, String host) {
        return thread(name);
    }

    /**
     * The id of the record with this identity, created with all values 0 if it is new.
     *
     * @param blockSize bytes of each block, or {@link #MIXED_SIZES}
     */
    int record(int traceback, int type, int domain, int thread, long blockSize);

    /**
     * As {@link #record}, without looking for an equal one: for callers that know that there is none, several times
     * faster.
     */
    int newRecord(int traceback, int type, int domain, int thread, long blockSize);

    /**
     * Adds to the values of a record. The metric counts as recorded from now on, even if both numbers are 0.
     *
     * @param metric any but {@link Metric#FREED}, which is derived
     */
    void add(int record, Metric metric, long count, long bytes);

    /**
     * As {@link #newRecord} for records that differ in block size only; they get consecutive ids.
     *
     * @param length how many of the block sizes count
     * @return the first id
     */
    default int newRecords(int traceback, int type, int domain, int thread, long[] blockSizes, int length) {
        if (length < 1) {
            throw new IllegalArgumentException("there must be 1 or more records, got " + length);
        }
        int first = newRecord(traceback, type, domain, thread, blockSizes[0]);
        for (int i = 1; i < length; i++) {
            newRecord(traceback, type, domain, thread, blockSizes[i]);
        }
        return first;
    }

    /**
     * As {@link #add} for records with consecutive ids.
     *
     * @param length how many of the counts and bytes count
     */
    default void addAll(int firstRecord, Metric metric, long[] counts, long[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            add(firstRecord + i, metric, counts[i], bytes[i]);
        }
    }

    /**
     * Adds to the live blocks of one age of a record. They are a part of what {@link #add} gets as {@link Metric#LIVE},
     * so that the ages of a record add up to at most its live values.
     *
     * @param bucket 0 for blocks that have survived no collection, n for 2^(n-1) to 2^n - 1 collections survived; below
     *     64
     */
    default void addAged(int record, int bucket, long count, long bytes) {}

    /**
     * The attribute that says when the garbage collections were over that lie 1, 2, 4, … collections back, as ISO 8601
     * instants with a space between: what has survived so many was allocated before.
     */
    String COLLECTION_TIMES = "collection_times";

    /** The attribute that says for how many sampled blocks each followed one stands, where that is more than one. */
    String LIVE_THINNING = "live_thinning";

    /** The attribute that has the largest interval of any sample in bytes, where that is below the snapshot's. */
    String SAMPLED_INTERVAL = "sampled_interval_bytes";

    /** The attribute that has the largest interval of any sample that is followed, in bytes, where that is below the snapshot's. */
    String LIVE_INTERVAL = "live_interval_bytes";

    /** States that ages were recorded, which shows of itself only where blocks live. */
    default void agesRecorded() {}

    /** States that the metric was recorded, and how exactly; the weakest statement wins. */
    void recorded(Metric metric, Exactness exactness);

    /** Adds to the number of events that were not recorded. */
    void dropped(long events);

    /** Adds to the number of tracebacks that were cut for want of memory or time, not by the traceback limit. */
    void truncated(long tracebacks);

    /** Adds to the tracer's own memory, Java heap and native. */
    void overhead(long bytes);

    /** States a fact about the session, for people to read: {@code jvm}, {@code backend}, {@code note.…}. */
    void attribute(String key, String value);
}
