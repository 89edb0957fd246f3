package io.tracemalloc.capture.jvmti;

import org.jspecify.annotations.Nullable;

/**
 * The native library's methods. None may be called before {@link NativeLibrary#load}. Safe for any thread; without a
 * session there is nothing to read, and numbers of one session mean nothing in the next.
 */
final class NativeAgent {

    /** What {@link #records} tells of a record: the fields below, in their order. */
    static final int RECORD_FIELDS = 7;

    static final int RECORD_TRACE = 0;
    static final int RECORD_TYPE = 1;
    static final int RECORD_THREAD = 2;
    static final int RECORD_MIXED = 3;
    static final int RECORD_SIZE = 4;
    static final int RECORD_INTERVAL = 5;
    static final int RECORD_ALLOCATED = 6;

    /** Where the counts of {@link #collectLive} begin, and what each has: record, bucket, samples. */
    static final int LIVE_HEAD = 2;

    static final int LIVE_FIELDS = 3;

    /** Buckets that are no ages: samples that were temporary, and that lived at the peak. */
    static final int LIVE_TEMPORARY = 33;

    static final int LIVE_PEAK = 34;

    /** What {@link #methods} tells of a method: class, name, descriptor and file as strings' numbers; 1 if it is native. */
    static final int METHOD_FIELDS = 5;

    private NativeAgent() {}

    /** Asks the VM for what a session needs; an error of the tool interface, 0 for none. */
    static native int acquire();

    /** Lets other agents have what only one can have. */
    static native void release();

    /** Begins to record; an error of the tool interface, 0 for none. */
    static native int start(int frames, long intervalBytes, long memoryLimitBytes, boolean live, boolean threads);

    static native void stop();

    /** Begins anew; false if there was no memory and all stayed as it was. */
    static native boolean clear();

    /** From here to {@link #endQuiet} nothing of this thread, which must not be virtual, is recorded. May nest. */
    static native void beginQuiet();

    static native void endQuiet();

    /** Allocates on this thread until its samples come at the session's interval. */
    static native void drain();

    static native void collectGarbage();

    /** Names the session that began last. */
    static native long following();

    /** Waits for the end of a collection, or half a second; false if the session ended. */
    static native boolean awaitCollection(long session);

    /** Lets go of the objects that were reclaimed, if there was a collection. */
    static native void poll();

    /** Live bytes as of the last collection, their peak, and the thinning of the live set. */
    static native void memory(long[] into);

    static native void resetPeak();

    /** The number of the trace of this very object; -1 if it is not followed. */
    static native int traceOf(Object object);

    /** See {@link Facts}. */
    static native void facts(long[] into);

    /**
     * As {@link #poll}, whether there was a collection or not; then, all of one moment, the thinning of the live set and
     * that of the peak, and how many samples of which record and age live, ordered by record.
     */
    static native long[] collectLive();

    /**
     * When the collections were over that lie 1, 2, 4, … collections back, in full seconds since 1970; as many as there
     * were.
     */
    static native long[] collectionTimes();

    /** Records from a number on, as many as there is room for; returns how many. */
    static native int records(int from, long[] into);

    /**
     * The depth of a stack, 0 if unknown, and the number of its frames that are kept; then these; then the methods of
     * frames further out that may be hidden.
     */
    static native int[] trace(int number);

    /** Method and line of every frame from a number on. */
    static native int[] frames(int from);

    /** Every method from a number on. */
    static native int[] methods(int from);

    static native String string(int number);

    /**
     * Class, name, descriptor and file of the method in which the lambda class of this signature was linked, and the line;
     * null if not known.
     */
    static native String @Nullable [] linkage(String signature);
}
