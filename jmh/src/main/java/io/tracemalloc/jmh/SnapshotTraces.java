package io.tracemalloc.jmh;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.SnapshotBuilder;
import java.time.Duration;
import java.time.Instant;

/**
 * A backend's live traces, made up: 2,000 allocation sites in 100 files, each reached by 12 call paths of 24 frames, so
 * 24,000 tracebacks of 25 frames; block sizes exponential with a mean of 80 bytes.
 *
 * <p>The same traces as {@code snapshots.py} makes CPython's tracemalloc record. Immutable.
 */
final class SnapshotTraces {

    static final int FILES = 100;
    static final int SITES_PER_FILE = 20;
    static final int PATHS = 12;
    static final int CALLERS = 24;
    static final int FRAMES = CALLERS + 1;
    static final int TRACEBACKS = FILES * SITES_PER_FILE * PATHS;

    private static final int DOMAIN = 0;
    private static final SnapshotInfo INFO =
            new SnapshotInfo(Instant.EPOCH, Duration.ofSeconds(1), FRAMES, 1, Metric.LIVE);

    private final int[] tracebacks;
    private final long[] sizes;

    private SnapshotTraces(int[] tracebacks, long[] sizes) {
        this.tracebacks = tracebacks;
        this.sizes = sizes;
    }

    /** The first traces, and those after the first tenth was freed and as many were allocated. */
    static SnapshotTraces[] oldAndNew(int count) {
        int replaced = count / 10;
        SnapshotTraces first = random(count, 1);
        SnapshotTraces added = random(replaced, 2);
        int[] tracebacks = new int[count];
        long[] sizes = new long[count];
        System.arraycopy(first.tracebacks, replaced, tracebacks, 0, count - replaced);
        System.arraycopy(first.sizes, replaced, sizes, 0, count - replaced);
        System.arraycopy(added.tracebacks, 0, tracebacks, count - replaced, replaced);
        System.arraycopy(added.sizes, 0, sizes, count - replaced, replaced);
        return new SnapshotTraces[] {first, new SnapshotTraces(tracebacks, sizes)};
    }

    private static SnapshotTraces random(int count, long seed) {
        int[] tracebacks = new int[count];
        long[] sizes = new long[count];
        long state = seed;
        for (int i = 0; i < count; i++) {
            state = next(state);
            tracebacks[i] = (int) ((state >>> 33) % TRACEBACKS);
            state = next(state);
            sizes[i] = sizeOf(state >>> 33);
        }
        return new SnapshotTraces(tracebacks, sizes);
    }

    private static long next(long state) {
        return state * 6364136223846793005L + 1442695040888963407L;
    }

    private static long sizeOf(long number) {
        return 16 + 8 * (long) (-8 * Math.log((number + 1) / 2147483649.0));
    }

    /** Takes a snapshot as a backend does that knows its records to be distinct: one record a block. */
    Snapshot take() {
        return take(true);
    }

    /** Takes a snapshot as a backend does that leaves it to the sink to find equal records. */
    Snapshot takeMerged() {
        return take(false);
    }

    private Snapshot take(boolean distinct) {
        SnapshotBuilder sink = new SnapshotBuilder();
        int[] ids = writeTracebacks(sink);
        int type = sink.type("byte[]");
        sink.recorded(Metric.LIVE, Exactness.EXACT);
        for (int i = 0; i < sizes.length; i++) {
            int traceback = ids[tracebacks[i]];
            long size = sizes[i];
            int record = distinct
                    ? sink.newRecord(traceback, type, DOMAIN, AllocationSink.NO_THREAD, size)
                    : sink.record(traceback, type, DOMAIN, AllocationSink.NO_THREAD, size);
            sink.add(record, Metric.LIVE, 1, size);
        }
        return sink.snapshot(INFO);
    }

    private static int[] writeTracebacks(AllocationSink sink) {
        int[] ids = new int[TRACEBACKS];
        int[] frames = new int[FRAMES];
        for (int traceback = 0; traceback < TRACEBACKS; traceback++) {
            int site = traceback / PATHS;
            int file = site / SITES_PER_FILE;
            int line = site % SITES_PER_FILE;
            frames[0] = sink.frame("app.Leaf" + file, "site" + line, "app/Leaf" + file + ".java", line + 1);
            int path = traceback % PATHS;
            for (int depth = 0; depth < CALLERS; depth++) {
                frames[CALLERS - depth] =
                        sink.frame("app.Path" + path, "call" + depth, "app/Path" + path + ".java", CALLERS - depth);
            }
            ids[traceback] = sink.traceback(frames, FRAMES, FRAMES);
        }
        return ids;
    }
}
