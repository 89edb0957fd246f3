package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.Domain;
import io.tracemalloc.Exactness;
import io.tracemalloc.LiveTracking;
import io.tracemalloc.Metric;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.capture.bytebuddy.SiteTable.Kind;
import io.tracemalloc.capture.bytebuddy.SiteTable.Slot;
import io.tracemalloc.internal.Division;
import io.tracemalloc.internal.Names;
import io.tracemalloc.spi.AllocationSink;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the counters of a session as records: exact totals per slot, split among the sampled stacks of the slot in
 * proportion to their weights, at least a block to each, with integer sums that match the totals.
 */
final class SnapshotWriter {

    private final SiteTable table;
    private final Sizes sizes;
    private final Sampler sampler;
    private final TraceOptions options;
    private final AllocationSink sink;
    private final SourceFiles sourceFiles;
    private final Map<Samples.Cell, double[]> live = new HashMap<>();
    private final Map<Tracebacks.Stack, Integer> tracebacks = new HashMap<>();

    SnapshotWriter(SiteTable table, Sizes sizes, Sampler sampler, TraceOptions options, AllocationSink sink) {
        this.table = table;
        this.sizes = sizes;
        this.sampler = sampler;
        this.options = options;
        this.sink = sink;
        this.sourceFiles = new SourceFiles(table);
    }

    void write(long[] counted) {
        boolean everyBlock = Sampler.intervalBytes(options) == 1;
        boolean split = options.frames() > 1 && !everyBlock;
        long cut = sampler.cut();
        sink.recorded(Metric.ALLOCATED, split || cut > 0 ? divided() : Exactness.EXACT);
        if (cut > 0) {
            sink.truncated(cut);
            sink.attribute(
                    "note.memory_limit",
                    "at the memory limit, tracebacks of " + cut + " samples were cut to their allocation site");
        }
        if (options.live() != LiveTracking.OFF && sampler.followsLive()) {
            boolean complete = everyBlock && sampler.unfollowed() == 0 && sampler.liveSet.thinning() == 1;
            Exactness known = cut > 0 ? divided() : Exactness.EXACT;
            sink.recorded(Metric.LIVE, complete ? known : Exactness.ESTIMATED);
            if (sampler.liveSet.thinning() > 1) {
                sink.attribute(AllocationSink.LIVE_THINNING, Integer.toString(sampler.liveSet.thinning()));
            }
            if (everyBlock && options.intervalBytes() != 1) {
                sink.attribute(AllocationSink.LIVE_INTERVAL, "1");
            }
            sampler.liveSet.forEach(this::addLive);
        }
        takeOffCountedTwice(counted);
        List<Samples.Cell> cells = sampler.cellsBySlot();
        int from = 0;
        for (int number = 0; number < counted.length; number++) {
            int to = from;
            while (to < cells.size() && cells.get(to).slot <= number) {
                to++;
            }
            Slot slot = table.slot(number);
            if (slot != null && slot.kind() != Kind.COUNTED_TWICE && counted[number] > 0) {
                List<Samples.Cell> own = through(slot.caller(), cells.subList(from, to));
                if (slot.kind() == Kind.STRING) {
                    write(part(slot, Kind.ARRAY, "byte[]"), counted[number], counted[number + 1], own);
                    slot = part(slot, Kind.OBJECT, slot.type());
                }
                long bytes = slot.kind() == Kind.ARRAY ? counted[number + 1] : counted[number] * sizes.of(number);
                write(slot, counted[number], bytes, own);
            }
            from = to;
        }
    }

    /** One of two kinds of blocks of which each has as many as the slot counts. */
    private static Slot part(Slot slot, Kind kind, String type) {
        return new Slot(slot.number(), kind, slot.location(), type, slot.caller());
    }

    private Exactness divided() {
        return options.exactCallers() ? Exactness.EXACT_BY_CALLER : Exactness.EXACT_BY_SITE;
    }

    /** Of the sampled stacks those that may go through the line that was noted, so that no other line gets its blocks. */
    private static List<Samples.Cell> through(@Nullable Location caller, List<Samples.Cell> cells) {
        return caller == null
                ? cells
                : cells.stream()
                        .filter(cell -> cell.stack.isSiteOnly() || cell.stack.contains(caller))
                        .toList();
    }

    private void addLive(LiveSet.Entry entry) {
        double[] sums = live.computeIfAbsent(entry.cell, unused -> new double[2]);
        sums[0] += entry.weight;
        sums[1] += entry.weight * entry.sizeBytes;
    }

    private void takeOffCountedTwice(long[] counted) {
        long blocks = 0;
        long bytes = 0;
        for (int number = 0; number + 1 < counted.length; number++) {
            Slot slot = table.slot(number);
            if (slot != null && slot.kind() == Kind.COUNTED_TWICE) {
                blocks += counted[number];
                bytes += counted[number + 1];
            }
        }
        for (int number = 0; number + 1 < counted.length && blocks > 0; number++) {
            Slot slot = table.slot(number);
            if (slot != null
                    && slot.kind() == Kind.ARRAY
                    && slot.location().method().equals("newBytesFor")
                    && slot.location().owner().className.equals("java.lang.StringUTF16")) {
                // Several: of other forms of hooks, and of the message of an error.
                long ownBlocks = Math.min(counted[number], blocks);
                long ownBytes = Math.min(counted[number + 1], bytes);
                counted[number] -= ownBlocks;
                counted[number + 1] -= ownBytes;
                blocks -= ownBlocks;
                bytes -= ownBytes;
            }
        }
    }

    private void write(Slot slot, long blocks, long bytes, List<Samples.Cell> cells) {
        if (cells.isEmpty() || options.frames() == 1) {
            int record = record(slot, siteTraceback(slot));
            sink.add(record, Metric.ALLOCATED, blocks, bytes);
            for (Samples.Cell cell : cells) {
                addLive(record, cell, slot, blocks, bytes);
            }
            return;
        }
        double weights = cells.stream().mapToDouble(Samples.Cell::blocks).sum();
        double weightedBytes = cells.stream().mapToDouble(Samples.Cell::bytes).sum();
        Division divided = new Division(blocks, weights, cells.size(), 1);
        Division dividedBytes = new Division(bytes, weightedBytes, cells.size(), Division.SMALLEST_BLOCK);
        for (Samples.Cell cell : cells) {
            long shareBlocks = divided.next(cell.blocks());
            long shareBytes =
                    slot.kind() == Kind.ARRAY ? dividedBytes.next(cell.bytes()) : shareBlocks * sizes.of(slot.number());
            boolean cut = cell.stack.isSiteOnly();
            int record = record(slot, cut ? siteTraceback(slot) : traceback(cell.stack));
            sink.add(record, Metric.ALLOCATED, shareBlocks, shareBytes);
            addLive(record, cell, slot, shareBlocks, shareBytes);
        }
    }

    /** Live values never exceed what was allocated. */
    private void addLive(int record, Samples.Cell cell, Slot slot, long blocks, long bytes) {
        double[] sums = live.get(cell);
        if (sums != null) {
            long liveBlocks = Math.min(blocks, Math.round(sums[0]));
            long liveBytes = slot.kind() == Kind.ARRAY
                    ? Math.min(bytes, Math.round(sums[1]))
                    : liveBlocks * sizes.of(slot.number());
            sink.add(record, Metric.LIVE, liveBlocks, liveBytes);
        }
    }

    private int record(Slot slot, int traceback) {
        String type = slot.kind() == Kind.LAMBDA
                ? Names.className(slot.location().owner().className + "$$Lambda")
                : Names.className(slot.type());
        long size = slot.kind() == Kind.ARRAY ? AllocationSink.MIXED_SIZES : sizes.of(slot.number());
        return sink.record(traceback, sink.type(type), Domain.JAVA_HEAP, AllocationSink.NO_THREAD, size);
    }

    private int siteTraceback(Slot slot) {
        Location site = slot.location();
        Location caller = slot.caller();
        int[] frames = caller == null || options.frames() == 1
                ? new int[] {site.frame(sink)}
                : new int[] {site.frame(sink), caller.frame(sink)};
        return sink.traceback(frames, frames.length, 0);
    }

    private int traceback(Tracebacks.Stack stack) {
        return tracebacks.computeIfAbsent(stack, key -> {
            int[] frames = new int[key.frames().size()];
            for (int i = 0; i < frames.length; i++) {
                frames[i] = frame(key.frames().get(i));
            }
            return sink.traceback(frames, frames.length, key.totalFrames());
        });
    }

    private int frame(StackTraceElement element) {
        String className = Names.className(element.getClassName());
        return sink.frame(
                className, element.getMethodName(), sourceFiles.of(element), Math.max(0, element.getLineNumber()));
    }
}
