package io.tracemalloc.spi;

import com.acme.KnownAllocations;
import io.tracemalloc.Exactness;
import io.tracemalloc.Frame;
import io.tracemalloc.Metric;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Traceback;
import io.tracemalloc.TracedMemory;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The simplest backend that keeps the contract: it is told of each block, and follows it by a weak reference. */
final class ObservedBackend implements CaptureBackend {

    private static final long ARRAY_BYTES = 1000;
    private static final long POINT_BYTES = 32;

    private final int limit;
    private final ThreadLocal<Integer> unrecorded = ThreadLocal.withInitial(() -> 0);
    private final Map<Group, Long> allocated = new HashMap<>();
    private final List<Followed> followed = new ArrayList<>();
    private long peakBytes;

    private record Group(Traceback traceback, String className, long size) {}

    private record Followed(WeakReference<Object> block, Group group) {}

    ObservedBackend(TraceOptions options) {
        this.limit = options.frames();
    }

    @Override
    public void start() {
        KnownAllocations.observer = this::observe;
    }

    @Override
    public void stop() {
        KnownAllocations.observer = (block, site) -> {};
        clear();
    }

    @Override
    public synchronized void clear() {
        allocated.clear();
        followed.clear();
        peakBytes = 0;
    }

    private void observe(Object block, Frame site) {
        if (unrecorded.get() == 0) {
            boolean array = block instanceof byte[];
            add(block, new Group(traceback(site), block.getClass().getTypeName(), array ? ARRAY_BYTES : POINT_BYTES));
        }
    }

    private Traceback traceback(Frame site) {
        return StackWalker.getInstance().walk(stack -> {
            List<Frame> callers = stack.dropWhile(frame -> !frame.getClassName().equals(site.className()))
                    .skip(1)
                    .limit(limit - 1L)
                    .map(frame -> new Frame(
                            frame.getClassName(), frame.getMethodName(), site.fileName(), frame.getLineNumber()))
                    .toList();
            return Traceback.of(Stream.concat(Stream.of(site), callers.stream()).toList(), 0);
        });
    }

    private synchronized void add(Object block, Group group) {
        allocated.merge(group, 1L, Long::sum);
        followed.add(new Followed(new WeakReference<>(block), group));
        if (followed.size() % 4096 == 0) {
            expunge();
        }
        peakBytes = Math.max(peakBytes, currentBytes());
    }

    private void expunge() {
        followed.removeIf(each -> each.block().get() == null);
    }

    private long currentBytes() {
        return followed.size() * POINT_BYTES;
    }

    @Override
    public synchronized void writeTo(AllocationSink sink) {
        expunge();
        sink.recorded(Metric.ALLOCATED, Exactness.EXACT);
        sink.recorded(Metric.LIVE, Exactness.EXACT);
        allocated.forEach(
                (group, count) -> sink.add(record(group, sink), Metric.ALLOCATED, count, count * group.size()));
        Map<Group, Long> live = new HashMap<>();
        followed.forEach(each -> live.merge(each.group(), 1L, Long::sum));
        live.forEach((group, count) -> sink.add(record(group, sink), Metric.LIVE, count, count * group.size()));
        sink.overhead(overheadBytes());
    }

    private static int record(Group group, AllocationSink sink) {
        int[] frames = group.traceback().frames().stream()
                .mapToInt(each -> sink.frame(each.className(), each.methodName(), each.fileName(), each.lineNumber()))
                .toArray();
        int traceback = sink.traceback(frames, frames.length, 0);
        return sink.record(traceback, sink.type(group.className()), 0, AllocationSink.NO_THREAD, group.size());
    }

    @Override
    public synchronized TracedMemory tracedMemory() {
        expunge();
        return new TracedMemory(currentBytes(), Math.max(peakBytes, currentBytes()), false);
    }

    @Override
    public synchronized void resetPeak() {
        expunge();
        peakBytes = currentBytes();
    }

    @Override
    public long overheadBytes() {
        return 4096;
    }

    @Override
    public synchronized Optional<Traceback> objectTraceback(Object object) {
        return followed.stream()
                .filter(each -> each.block().get() == object)
                .findFirst()
                .map(each -> each.group().traceback());
    }

    @Override
    public void unrecorded(Runnable work) {
        unrecorded.set(unrecorded.get() + 1);
        try {
            work.run();
        } finally {
            unrecorded.set(unrecorded.get() - 1);
        }
    }
}
