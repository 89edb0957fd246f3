package io.tracemalloc.capture.jvmti;

import io.tracemalloc.Frame;
import io.tracemalloc.LiveTracking;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Traceback;
import io.tracemalloc.TracedMemory;
import io.tracemalloc.internal.DaemonThreads;
import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.CaptureBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Samples through the native library. Safe for any thread. */
final class JvmtiBackend implements CaptureBackend {

    /** Groups of the threads that every JVM has, whatever it runs. */
    private static final String SYSTEM_GROUP = "system";

    private static final String INNOCUOUS_GROUP = "InnocuousThreadGroup";

    /** What the VM takes while nobody asks for another interval: each thread draws its first sample when it begins. */
    private static final long VM_INTERVAL_BYTES = 512 << 10;

    private final TraceOptions options;
    private final boolean live;
    private int earlierThreads;

    /** Numbers of traces mean nothing after clear: who looks one up holds this meanwhile. */
    private final Object traceLock = new Object();

    /** Guarded by traceLock. */
    private NativeTraces traces = new NativeTraces();

    JvmtiBackend(TraceOptions asked) {
        this.live = asked.live() != LiveTracking.OFF;
        // To follow every block is to sample every block.
        this.options = asked.live() == LiveTracking.EXACT ? asked.withIntervalBytes(1) : asked;
    }

    /* Without lambdas: this may run before main. */
    @Override
    public void start() {
        QuietThread.run(new Runnable() {
            @Override
            public void run() {
                begin();
            }
        });
    }

    private void begin() {
        int error = NativeAgent.start(
                options.frames(), options.intervalBytes(), options.memoryLimitBytes(), live, options.threads());
        if (error != 0) {
            throw new IllegalStateException("the JVM does not let allocations be sampled, JVMTI error " + error
                    + ": is another session running?");
        }
        NativeAgent.drain();
        if (options.intervalBytes() < VM_INTERVAL_BYTES) {
            meetEarlierThreads();
        }
        if (live) {
            new CollectionFollower(NativeAgent.following()).start();
        }
    }

    /**
     * The threads that run already have buffers that were cut for the old interval; a collection takes them away, which
     * pays where every block is wanted.
     */
    private void meetEarlierThreads() {
        earlierThreads = otherThreads();
        if (earlierThreads > 0 && options.intervalBytes() == 1) {
            NativeAgent.collectGarbage();
        }
    }

    private static int otherThreads() {
        int others = 0;
        for (Thread thread : DaemonThreads.all()) {
            ThreadGroup group = thread.getThreadGroup();
            boolean own = thread == Thread.currentThread() || thread.getName().startsWith("tracemalloc-");
            boolean system = group == null
                    || group.getName().equals(SYSTEM_GROUP)
                    || group.getName().equals(INNOCUOUS_GROUP);
            others += own || system ? 0 : 1;
        }
        return others;
    }

    @Override
    public void stop() {
        synchronized (traceLock) {
            NativeAgent.stop();
        }
        NativeAgent.release();
    }

    @Override
    public void clear() {
        synchronized (traceLock) {
            if (!NativeAgent.clear()) {
                throw new IllegalStateException("no memory for a new session");
            }
            traces = new NativeTraces();
        }
        // This thread waits under the interval of before. No lambda: what linking one takes would be recorded.
        unrecorded(new Runnable() {
            @Override
            public void run() {
                NativeAgent.drain();
            }
        });
    }

    @Override
    public void writeTo(AllocationSink sink) {
        unrecorded(() -> {
            synchronized (traceLock) {
                new SnapshotWriter(traces, options, live, sink).write();
            }
            if (earlierThreads > 0) {
                sink.attribute(
                        "note.earlier_threads",
                        (earlierThreads == 1 ? "of the one thread" : "of each of the " + earlierThreads + " threads")
                                + " that ran before tracing started, the first 512 KiB on average may be missing");
            }
        });
    }

    @Override
    public TracedMemory tracedMemory() {
        if (!live) {
            return TracedMemory.NONE;
        }
        long[] memory = new long[3];
        unrecorded(() -> NativeAgent.memory(memory));
        return new TracedMemory(memory[0], memory[1], options.intervalBytes() > 1 || memory[2] > 0);
    }

    @Override
    public void resetPeak() {
        unrecorded(NativeAgent::resetPeak);
    }

    @Override
    public boolean collectGarbage() {
        NativeAgent.collectGarbage();
        return true;
    }

    @Override
    public long dropped() {
        return Facts.read().dropped();
    }

    @Override
    public long overheadBytes() {
        return Facts.read().overheadBytes();
    }

    @Override
    public Optional<Traceback> objectTraceback(Object object) {
        if (!live) {
            return Optional.empty();
        }
        AtomicReference<@Nullable Traceback> found = new AtomicReference<>();
        unrecorded(() -> {
            synchronized (traceLock) {
                int trace = NativeAgent.traceOf(object);
                if (trace >= 0) {
                    found.set(traceback(traces.stack(trace)));
                }
            }
        });
        return Optional.ofNullable(found.get());
    }

    /* Called with traceLock held. */
    private Traceback traceback(StackFrames stack) {
        List<Frame> frames = new ArrayList<>();
        for (int i : stack.shown(options.frames())) {
            frames.add(
                    i == StackFrames.REFERENCE
                            ? frame(
                                    stack.reference().method(),
                                    stack.reference().line())
                            : frame(stack.method(i), traces.line(stack.number(i))));
        }
        return Traceback.of(frames, stack.totalShown());
    }

    private static Frame frame(MethodName method, int line) {
        return new Frame(method.className(), method.name(), method.fileName(), line);
    }

    @Override
    public void unrecorded(Runnable work) {
        QuietThread.run(work);
    }
}
