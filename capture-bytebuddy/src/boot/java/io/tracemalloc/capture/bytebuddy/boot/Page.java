package io.tracemalloc.capture.bytebuddy.boot;

/**
 * The counters of one thread.
 *
 * <p>Only the thread that owns it writes, without atomics, and virtual threads that it carries; a snapshot reads at any
 * time. When the owner ends, the page goes to the next new thread as it is: a page is a bag of counts, and the sum over
 * all pages is what counts.
 *
 * <table>
 * <caption>Shared fields</caption>
 * <tr><th>field</th><th>read</th><th>write</th><th>guard</th></tr>
 * <tr><td>directory</td><td>any thread</td><td>owner, agent</td><td>Recorder's registry lock</td></tr>
 * <tr><td>chunks</td><td>any thread</td><td>owner</td><td>version, odd while a grant is booked</td></tr>
 * <tr><td>owner's id in the chunks</td><td>owner</td><td>owner, agent</td><td>the lock where it may become hidden</td></tr>
 * <tr><td>owner, its ids, chain, free</td><td>any thread</td><td>any thread</td><td>Recorder's registry lock</td></tr>
 * <tr><td>quiet</td><td>owner, agent</td><td>owner</td><td>the lock for 0 to 1</td></tr>
 * <tr><td>foundDead</td><td>agent</td><td>agent</td><td>-</td></tr>
 * <tr><td>caller, program, built, arrayAnnounced, unclaimed, quietFor, random</td><td>owner</td><td>owner</td>
 * <td>-</td></tr>
 * </table>
 *
 * <p>A chunk has the id of its owner, a word that only shared counters use, {@link Recorder#CHUNK} countdowns and as
 * many grants. A countdown starts at its grant, loses one per block (or the block's bytes, in the second slot of an array
 * site), and below 0 calls for a new grant:
 * {@code counted = grant - countdown}. So one decrement serves the exact count and the choice of samples.
 */
final class Page {

    /** Where a chunk has the id of its owner: at its begin, for a null check to come with the load. */
    static final int OWNER = 0;

    /** Where shared counters have the id of a thread that needs its own; in a page's own chunks nobody reads it. */
    static final int MISSING = 1;

    /** Where a chunk has its first countdown. */
    static final int FIRST = 2;

    /** What is unclaimed is a string alone. */
    static final long NO_BYTES = 1;

    static final long NOBODY = -1;

    /** Stands for all chunks for which there is no table yet; nobody owns it, so nobody counts in it. */
    static final long[] NO_CHUNK = chunk(NOBODY, 0);

    static final long CHUNK_BYTES = 32 + 16L * Recorder.CHUNK;

    static final long COUNTERS_BYTES = 32 + 8L * Recorder.CHUNK;

    /** About what a page takes without its chunks. */
    static final long BYTES = 1024;

    /** What the page's own object takes on the heap, about. */
    static final long OBJECT_BYTES = 80;

    volatile long[][] directory = {};
    final Page next;

    Thread owner;
    long ownerId;
    Page chain;
    Page free;

    volatile int version;
    int caller;
    int program;
    boolean built;

    /** Whether the next array that {@code Array.newInstance} makes counts where it is called. */
    boolean arrayAnnounced;

    /** Bytes of a string for which the concatenation that it belongs to has not ended; 0 for none, or {@link #NO_BYTES}. */
    long unclaimed;

    int unclaimedSlot;
    int unclaimedString;
    int quiet;

    /** What the owner counts in while it is quiet, where hooks only count; nobody reads it. */
    long[] sink;

    boolean foundDead;
    Thread quietFor;
    private long random;

    Page(Page next, long seed) {
        this.next = next;
        this.random = seed | 1;
    }

    static long[] chunk(long ownerId, long grant) {
        long[] chunk = new long[FIRST + 2 * Recorder.CHUNK];
        java.util.Arrays.fill(chunk, FIRST, chunk.length, grant);
        chunk[OWNER] = ownerId;
        return chunk;
    }

    /** A chunk without grants: what threads share, or the sink of one. */
    static long[] counters(long ownerId, long begin) {
        long[] counters = new long[FIRST + Recorder.CHUNK];
        java.util.Arrays.fill(counters, FIRST, counters.length, begin);
        counters[OWNER] = ownerId;
        return counters;
    }

    /** The chunk of a slot, made if need be; null beyond the memory limit. */
    long[] chunkOf(int slot) {
        int number = slot >>> Recorder.CHUNK_SHIFT;
        long[] known = chunk(number);
        if (known != null) {
            return known;
        }
        // Before the lock: the owner may come here with each block from now on.
        return Recorder.isFull(number) ? null : Recorder.newChunk(this, number);
    }

    /** The chunk of this number; null if there is none. */
    long[] chunk(int number) {
        long[][] known = directory;
        return number < known.length ? known[number] : null;
    }

    /** A copy of the directory with room for this number. {@code Arrays.copyOf} has hooks that take the lock. */
    long[][] directoryFor(int number) {
        long[][] known = directory;
        long[][] copy = new long[number < known.length ? known.length : Math.max(number + 1, known.length + 16)][];
        System.arraycopy(known, 0, copy, 0, known.length);
        return copy;
    }

    /** Gives the page with all its counts to another thread. */
    void own(Thread thread, long id) {
        owner = thread;
        ownerId = id;
        caller = 0;
        program = 0;
        arrayAnnounced = false;
        unclaimed = 0;
        quiet = 0;
        quietFor = null;
        if (sink != null) {
            sink[OWNER] = id;
        }
        show();
    }

    /**
     * Takes the chunks off the owner's fast path: it trusts none that names nobody. A word in each, where taking them out
     * of the recorder's tables would be a store of a reference, with the collector's barrier.
     */
    void hide() {
        setOwner(NOBODY);
    }

    /** Puts the chunks back on the owner's fast path. */
    void show() {
        setOwner(ownerId);
    }

    /** As {@link #show()} for one chunk: makes up for an owner who had no stack left to show them all. */
    void show(long[] chunk) {
        chunk[OWNER] = ownerId;
    }

    private void setOwner(long id) {
        for (long[] chunk : directory) {
            if (chunk != null) {
                chunk[OWNER] = id;
            }
        }
    }

    /** Moves the countdown that fell below 0 up by a grant. */
    void grant(long[] chunk, int index, long amount) {
        version++;
        chunk[index] += amount;
        chunk[Recorder.CHUNK + index] += amount;
        version++;
    }

    /** Bytes until the next sample: exponential with the given mean (Marsaglia's xorshift, inverse transform). */
    double gap(double meanBytes) {
        long x = random;
        x ^= x << 13;
        x ^= x >>> 7;
        x ^= x << 17;
        random = x;
        double uniform = ((x >>> 11) + 0.5) * 0x1.0p-53;
        return -StrictMath.log(uniform) * meanBytes;
    }
}
