package io.tracemalloc.spi;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import java.util.Map;

/**
 * The contents of a snapshot as columns of primitives: what formats write and analyses read.
 *
 * <p>Ids are dense from 0, as in {@link AllocationSink}. Immutable; safe for any thread. Ids out of range are an
 * {@link IndexOutOfBoundsException}.
 */
public interface SnapshotColumns {

    /** Number of distinct frames. */
    int frameCount();

    /** Class of a frame, empty if unknown. */
    String frameClass(int frame);

    /** Method of a frame, empty if unknown. */
    String frameMethod(int frame);

    /** Package path and source file of a frame. */
    String frameFile(int frame);

    /** Line of a frame, 0 if unknown. */
    int frameLine(int frame);

    /** Number of distinct tracebacks. */
    int tracebackCount();

    /** How many frames a traceback keeps. */
    int tracebackLength(int traceback);

    /** The frame at this place of a traceback, 0 the most recent. */
    int tracebackFrame(int traceback, int index);

    /** Depth of the whole stack, 0 if unknown. */
    int totalFrames(int traceback);

    /** Number of class names; id 0 is the unknown class. */
    int typeCount();

    /** A class name. */
    String typeName(int type);

    /** Number of threads, each a name and a host; id 0 is the unknown thread of no host. */
    int threadCount();

    /** A thread name. */
    String threadName(int thread);

    /** The host that a thread ran on; empty unless the snapshot is of several JVMs. */
    default String threadHost(int thread) {
        return "";
    }

    /** Number of records. */
    int recordCount();

    /** Traceback of a record. */
    int traceback(int record);

    /** Allocated class of a record. */
    int type(int record);

    /** Domain of a record. */
    int domain(int record);

    /** Thread of a record. */
    int thread(int record);

    /** Bytes of each block of a record, {@link AllocationSink#MIXED_SIZES} if they differ. */
    long blockSize(int record);

    /** Whether the metric was recorded; {@link Metric#FREED} is if both that it derives from are. */
    boolean has(Metric metric);

    /** How exact the metric is. */
    Exactness exactness(Metric metric);

    /** Number of blocks of a record; 0 if the metric was not recorded. */
    long count(int record, Metric metric);

    /** Bytes of a record; 0 if the metric was not recorded. */
    long bytes(int record, Metric metric);

    /** One more than the highest age of all live blocks, see {@link AllocationSink#addAged}; 0 if none was recorded. */
    default int ageBuckets() {
        return 0;
    }

    /** Whether the record has live blocks of a known age. */
    default boolean isAged(int record) {
        return false;
    }

    /** Live blocks of a record that have this age, see {@link AllocationSink#addAged}; 0 if it is not known. */
    default long agedCount(int record, int bucket) {
        return 0;
    }

    /** Bytes of {@link #agedCount}. */
    default long agedBytes(int record, int bucket) {
        return 0;
    }

    /** Copies {@link #traceback(int)} of consecutive records. */
    default void tracebacks(int firstRecord, int[] target, int length) {
        for (int i = 0; i < length; i++) {
            target[i] = traceback(firstRecord + i);
        }
    }

    /** Copies {@link #type(int)} of consecutive records. */
    default void types(int firstRecord, int[] target, int length) {
        for (int i = 0; i < length; i++) {
            target[i] = type(firstRecord + i);
        }
    }

    /** Copies {@link #domain(int)} of consecutive records. */
    default void domains(int firstRecord, int[] target, int length) {
        for (int i = 0; i < length; i++) {
            target[i] = domain(firstRecord + i);
        }
    }

    /** Copies {@link #thread(int)} of consecutive records. */
    default void threads(int firstRecord, int[] target, int length) {
        for (int i = 0; i < length; i++) {
            target[i] = thread(firstRecord + i);
        }
    }

    /** Copies {@link #blockSize(int)} of consecutive records. */
    default void blockSizes(int firstRecord, long[] target, int length) {
        for (int i = 0; i < length; i++) {
            target[i] = blockSize(firstRecord + i);
        }
    }

    /** Copies {@link #count} of consecutive records. */
    default void counts(int firstRecord, Metric metric, long[] target, int length) {
        for (int i = 0; i < length; i++) {
            target[i] = count(firstRecord + i, metric);
        }
    }

    /**
     * Copies the excess of consecutive records: their bytes less count times block size, 0 for most. The arithmetic
     * wraps, and unwraps again when the bytes are computed from it.
     */
    default void excess(int firstRecord, Metric metric, long[] target, int length) {
        for (int i = 0; i < length; i++) {
            int record = firstRecord + i;
            target[i] = bytes(record, metric) - count(record, metric) * blockSize(record);
        }
    }

    /** Events that were not recorded. */
    long dropped();

    /** Tracebacks cut for want of memory or time. */
    long truncated();

    /** The tracer's own memory in bytes. */
    long overheadBytes();

    /** Facts for people to read, in a fixed order. */
    Map<String, String> attributes();
}
