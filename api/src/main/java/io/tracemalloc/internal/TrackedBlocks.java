package io.tracemalloc.internal;

import io.tracemalloc.Exactness;
import io.tracemalloc.Frame;
import io.tracemalloc.LiveTracking;
import io.tracemalloc.Metric;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Traceback;
import io.tracemalloc.TracedMemory;
import io.tracemalloc.spi.AllocationSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The blocks that an application tracks itself: domain and address, with the traceback of whoever tracked them.
 *
 * <p>Blocks of equal traceback, domain, size and thread share one group of counters, so that a snapshot copies groups
 * and not blocks. Memory is bounded: what would go beyond the bound is dropped and counted. Safe for any thread; the
 * lock is held for a few map operations only, stacks are walked before.
 */
final class TrackedBlocks {

    /* What one entry costs on a 64-bit JVM with compressed references, rounded up: an estimate for the bound. */
    private static final long BLOCK_BYTES = 120;
    private static final long GROUP_BYTES = 200;
    private static final long FRAME_BYTES = 200;
    private static final long FRAME_REFERENCE_BYTES = 4;

    /* Sizes are whatever the application says; this leaves room to add up what a backend recorded. */
    private static final long MAX_ALLOCATED_BYTES = 1L << 62;

    /* The backend may use the rest of the session's memory limit. */
    private static final long SHARE_OF_MEMORY_LIMIT = 4;

    private final TraceOptions options;
    private final long limitBytes;
    private final ReentrantLock lock = new ReentrantLock();

    /* All guarded by lock. */
    private final Map<Block, Group> blocks = new HashMap<>();
    private final Map<GroupKey, Group> groups = new HashMap<>();
    private final Map<Frame, Frame> frames = new HashMap<>();
    private long frameReferences;
    private long allocatedBytes;
    private long currentBytes;
    private long peakBytes;
    private long dropped;

    private record Block(int domain, long address) {}

    private record GroupKey(Traceback traceback, int domain, long sizeBytes, String thread) {}

    private record Counts(GroupKey key, long allocated, long live) {}

    private static final class Group {
        final GroupKey key;
        long allocated;
        long live;

        Group(GroupKey key) {
            this.key = key;
        }
    }

    TrackedBlocks(TraceOptions options) {
        this.options = options;
        this.limitBytes = options.memoryLimitBytes() / SHARE_OF_MEMORY_LIMIT;
    }

    boolean track(int domain, long address, long sizeBytes, Traceback traceback, String threadName) {
        GroupKey key = new GroupKey(traceback, domain, sizeBytes, options.threads() ? threadName : "");
        lock.lock();
        try {
            Block block = new Block(domain, address);
            remove(block);
            if (overheadLocked() + BLOCK_BYTES > limitBytes || sizeBytes > MAX_ALLOCATED_BYTES - allocatedBytes) {
                dropped++;
                return false;
            }
            Group known = groups.get(key);
            add(block, known == null ? newGroup(key) : known);
            return true;
        } finally {
            lock.unlock();
        }
    }

    void untrack(int domain, long address) {
        lock.lock();
        try {
            remove(new Block(domain, address));
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            blocks.clear();
            groups.clear();
            frames.clear();
            frameReferences = 0;
            allocatedBytes = 0;
            currentBytes = 0;
            peakBytes = 0;
            dropped = 0;
        } finally {
            lock.unlock();
        }
    }

    TracedMemory memory() {
        lock.lock();
        try {
            return new TracedMemory(currentBytes, peakBytes, false);
        } finally {
            lock.unlock();
        }
    }

    void resetPeak() {
        lock.lock();
        try {
            peakBytes = currentBytes;
        } finally {
            lock.unlock();
        }
    }

    long overheadBytes() {
        lock.lock();
        try {
            return overheadLocked();
        } finally {
            lock.unlock();
        }
    }

    /** What did not fit since start or clear. */
    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes a record for each group; if there is none, not even that a metric was recorded. Groups have no peak: it is
     * of the moment when most was live on the Java heap, which only the backend knows.
     */
    void writeTo(AllocationSink sink) {
        List<Counts> copies = new ArrayList<>();
        lock.lock();
        try {
            groups.values().forEach(each -> copies.add(new Counts(each.key, each.allocated, each.live)));
            sink.dropped(dropped);
            sink.overhead(overheadLocked());
        } finally {
            lock.unlock();
        }
        if (copies.isEmpty()) {
            return;
        }
        boolean live = options.live() != LiveTracking.OFF;
        sink.recorded(Metric.ALLOCATED, Exactness.EXACT);
        if (live) {
            sink.recorded(Metric.LIVE, Exactness.EXACT);
        }
        copies.forEach(each -> write(each, live, sink));
    }

    private static void write(Counts counts, boolean withLive, AllocationSink sink) {
        GroupKey key = counts.key();
        List<Frame> kept = key.traceback().frames();
        int[] ids = kept.stream()
                .mapToInt(each -> sink.frame(each.className(), each.methodName(), each.fileName(), each.lineNumber()))
                .toArray();
        int traceback = sink.traceback(ids, ids.length, key.traceback().totalFrames());
        int thread = key.thread().isEmpty() ? AllocationSink.NO_THREAD : sink.thread(key.thread());
        int record = sink.record(traceback, AllocationSink.UNKNOWN_TYPE, key.domain(), thread, key.sizeBytes());
        sink.add(record, Metric.ALLOCATED, counts.allocated(), counts.allocated() * key.sizeBytes());
        if (withLive) {
            sink.add(record, Metric.LIVE, counts.live(), counts.live() * key.sizeBytes());
        }
    }

    private Group newGroup(GroupKey key) {
        List<Frame> shared = key.traceback().frames().stream().map(this::shared).toList();
        frameReferences += shared.size();
        Traceback traceback = Traceback.of(shared, key.traceback().totalFrames());
        Group group = new Group(new GroupKey(traceback, key.domain(), key.sizeBytes(), key.thread()));
        groups.put(group.key, group);
        return group;
    }

    private Frame shared(Frame frame) {
        Frame known = frames.putIfAbsent(frame, frame);
        return known == null ? frame : known;
    }

    private void add(Block block, Group group) {
        blocks.put(block, group);
        group.allocated++;
        group.live++;
        allocatedBytes += group.key.sizeBytes();
        currentBytes += group.key.sizeBytes();
        peakBytes = Math.max(peakBytes, currentBytes);
    }

    private void remove(Block block) {
        Group group = blocks.remove(block);
        if (group != null) {
            group.live--;
            currentBytes -= group.key.sizeBytes();
        }
    }

    private long overheadLocked() {
        return BLOCK_BYTES * blocks.size()
                + GROUP_BYTES * groups.size()
                + FRAME_BYTES * frames.size()
                + FRAME_REFERENCE_BYTES * frameReferences;
    }
}
