package io.tracemalloc.internal.analysis;

import io.tracemalloc.internal.columns.FrameTable;
import io.tracemalloc.internal.columns.NameTable;
import io.tracemalloc.internal.columns.RecordColumns;
import io.tracemalloc.internal.columns.SequenceTable;
import io.tracemalloc.internal.columns.ThreadTable;
import java.util.Arrays;

/** The tables of a snapshot made anew with those entries only that records still need. */
final class Rebuild {

    private final RecordColumns data;
    private final FrameTable frames = new FrameTable();
    private final SequenceTable tracebacks = new SequenceTable();
    private final NameTable types = NameTable.withUnknown();
    private final ThreadTable threads = new ThreadTable();
    private final int[] newFrame;
    private final int[] newTraceback;
    private final int[] newType;
    private final int[] newThread;

    Rebuild(RecordColumns data) {
        this.data = data;
        this.newFrame = unknown(data.frameCount());
        this.newTraceback = unknown(data.tracebackCount());
        this.newType = unknown(data.typeCount());
        this.newThread = unknown(data.threadCount());
    }

    private static int[] unknown(int size) {
        int[] ids = new int[size];
        Arrays.fill(ids, -1);
        return ids;
    }

    FrameTable frames() {
        return frames;
    }

    SequenceTable tracebacks() {
        return tracebacks;
    }

    NameTable types() {
        return types;
    }

    ThreadTable threads() {
        return threads;
    }

    /** The new id of a traceback. */
    int traceback(int id) {
        if (newTraceback[id] < 0) {
            newTraceback[id] = tracebackFrom(id, 0);
        }
        return newTraceback[id];
    }

    /** The new id of a traceback without its most recent frames. */
    int tracebackFrom(int id, int first) {
        int[] kept = new int[data.tracebackLength(id) - first];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = frame(data.tracebackFrame(id, first + i));
        }
        int totalFrames = data.totalFrames(id);
        return tracebacks.intern(kept, 0, kept.length, totalFrames == 0 ? 0 : totalFrames - first);
    }

    private int frame(int id) {
        if (newFrame[id] < 0) {
            newFrame[id] =
                    frames.intern(data.frameClass(id), data.frameMethod(id), data.frameFile(id), data.frameLine(id));
        }
        return newFrame[id];
    }

    /** The new id of a class. */
    int type(int id) {
        if (newType[id] < 0) {
            newType[id] = types.intern(data.typeName(id));
        }
        return newType[id];
    }

    /** The new id of a thread. */
    int thread(int id) {
        if (newThread[id] < 0) {
            newThread[id] = threads.intern(data.threadName(id), data.threadHost(id));
        }
        return newThread[id];
    }
}
