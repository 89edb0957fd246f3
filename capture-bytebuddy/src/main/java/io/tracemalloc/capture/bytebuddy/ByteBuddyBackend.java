package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.Frame;
import io.tracemalloc.LiveTracking;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Traceback;
import io.tracemalloc.TracedMemory;
import io.tracemalloc.capture.bytebuddy.boot.Recorder;
import io.tracemalloc.internal.DaemonThreads;
import io.tracemalloc.internal.Names;
import io.tracemalloc.internal.analysis.ProgramClasses;
import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.CaptureBackend;
import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Counts allocations with instrumented code, and samples stacks and live objects in pure Java.
 *
 * <p>Whatever it does outside the hooks runs on threads of its own that the recorder ignores.
 */
final class ByteBuddyBackend implements CaptureBackend {

    /**
     * Sites, their numbers and the sizes of their objects outlive a session: the same class gets the same numbers, and
     * the recorder asks only once what a reflective site allocates.
     */
    private static final class Known {
        private static @Nullable Known first;

        final boolean exactCallers;
        private final HookForm cachedForm;
        private final TransformCache cache;
        final SiteTable table;
        final Sizes sizes;

        private Known(boolean exactCallers, HookForm form) {
            this.exactCallers = exactCallers;
            cachedForm = form;
            cache = CacheFile.open(exactCallers, form);
            table = new SiteTable(cache, exactCallers ? new ProgramClasses(List.of()) : null);
            sizes = new Sizes(table, InstrumentationAccess.get());
        }

        /** What this JVM knows already; instrumented code of one kind cannot be taken for the other. */
        static synchronized Known with(boolean exactCallers, HookForm form) {
            Known known = first;
            if (known == null) {
                known = new Known(exactCallers, form);
                first = known;
            }
            if (known.exactCallers != exactCallers) {
                throw new IllegalArgumentException("callers must be " + (known.exactCallers ? "exact" : "sampled")
                        + ", as in the first session of this JVM");
            }
            return known;
        }

        /** The classes of a cache have their numbers from one space: there is one cache for a JVM, the first session's. */
        TransformCache cache(HookForm form) {
            return form == cachedForm ? cache : TransformCache.none();
        }
    }

    private final TraceOptions options;
    private final TransformCache cache;
    private final SiteTable table;
    private final HeapTruth heapTruth = new HeapTruth();
    private final AllocationTransformer transformer;
    private final Sizes sizes;
    private final Retransformer retransformer;
    private volatile @Nullable Sampler sampler;
    private volatile @Nullable Housekeeper housekeeper;

    /** Counters as of start or clear. Guarded by this. */
    private long[] baseline = {};

    ByteBuddyBackend(TraceOptions options, Instrumentation instrumentation) {
        this.options = options;
        HookForm form = HookForm.of(options);
        Known known = Known.with(options.exactCallers(), form);
        this.cache = known.cache(form);
        this.table = known.table;
        this.sizes = known.sizes;
        this.transformer = new AllocationTransformer(table, cache, heapTruth, form);
        this.retransformer = new Retransformer(instrumentation, transformer);
        Recorder.useAgent(instrumentation);
    }

    /* On the caller's thread and without lambdas: this runs before main. */
    @Override
    public void start() {
        // The program lives on this heap too. Of a small one counters take at most half, since totals are wrong without
        // them, and all that is sampled a quarter.
        long limit = options.memoryLimitBytes();
        long heap = Runtime.getRuntime().maxMemory();
        TraceOptions sampling = options.withMemoryLimitBytes(Math.min(limit, Math.max(1 << 20, heap / 2)));
        Sampler made = new Sampler(table, sizes, new NativeMemory(), heapTruth, sampling);
        sampler = made;
        Recorder.start(made, Sampler.intervalBytes(options), Math.min(limit, heap) / 2, options.exactCallers());
        Recorder.beginQuiet();
        boolean started = false;
        try {
            retransformer.install();
            CacheFile.saveAtExit(cache, table);
            Housekeeper.meetThreads();
            Housekeeper keeper = new Housekeeper(made.liveSet, accounts());
            housekeeper = keeper;
            keeper.start();
            started = true;
        } finally {
            if (!started) {
                // Or the hooks that are there already would count beside those of the next session.
                end();
            }
            if (!InstrumentationAccess.staysQuiet()) {
                Recorder.endQuiet();
            }
        }
    }

    @Override
    public void stop() {
        if (Recorder.isVirtual()) {
            quietly(() -> {
                end();
                return null;
            });
            return;
        }
        Recorder.beginQuiet();
        try {
            end();
        } finally {
            Recorder.endQuiet();
        }
    }

    /* Without lambdas, as each would need Metaspace, and a start may have failed for want of it. */
    private void end() {
        try {
            retransformer.remove();
        } finally {
            Recorder.stop();
            forget();
        }
    }

    private void forget() {
        Housekeeper keeper = housekeeper;
        housekeeper = null;
        if (keeper != null) {
            keeper.end();
        }
        Sampler running = sampler;
        sampler = null;
        if (running != null) {
            running.clear();
        }
    }

    @Override
    public void clear() {
        quietly(() -> {
            long[] counted = counted();
            synchronized (this) {
                baseline = counted;
            }
            sampler().clear();
            openAccounts();
            return null;
        });
    }

    /* No lambda: this runs before main. */
    private Runnable accounts() {
        return new Runnable() {
            @Override
            public void run() {
                openAccounts();
            }
        };
    }

    /** Begins to hold the heap's own accounts against what is counted; called with recording off. */
    void openAccounts() {
        heapTruth.begin(() -> bytes(counted(), sizes::ofInitialized));
    }

    private long bytes(long[] counted, IntToLongFunction sizeOf) {
        long bytes = 0;
        for (int number = 0; number < counted.length; number++) {
            SiteTable.Slot slot = counted[number] == 0 ? null : table.slot(number);
            if (slot != null) {
                bytes += switch (slot.kind()) {
                    case ARRAY -> counted[number + 1];
                    case STRING -> counted[number + 1] + counted[number] * sizeOf.applyAsLong(number);
                    case COUNTED_TWICE -> -counted[number + 1];
                    default -> counted[number] * sizeOf.applyAsLong(number);
                };
            }
        }
        return bytes;
    }

    private long[] counted() {
        long[] counted = new long[table.slotEnd()];
        Recorder.sum(counted);
        return counted;
    }

    private Sampler sampler() {
        Sampler running = sampler;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    @Override
    public void writeTo(AllocationSink sink) {
        quietly(() -> {
            long[] counted = counted();
            writeAccounts(bytes(counted, sizes::of), sink);
            synchronized (this) {
                for (int i = 0; i < baseline.length; i++) {
                    counted[i] -= baseline[i];
                }
            }
            new SnapshotWriter(table, sizes, sampler(), options, sink).write(counted);
            writeFacts(counted, sink);
            return null;
        });
    }

    /** What the heap got and the counters did not see, or the other way round; one of the two. */
    private void writeAccounts(long countedBytes, AllocationSink sink) {
        long heapBytes = heapTruth.allocatedBytes();
        if (heapBytes >= 0) {
            long counted = heapTruth.countedSinceBegin(countedBytes);
            sink.attribute("heap_allocated_bytes", Long.toString(heapBytes));
            sink.attribute("unattributed_bytes", Long.toString(Math.max(0, heapBytes - counted)));
            sink.attribute("removed_by_jit_bytes", Long.toString(Math.max(0, counted - heapBytes)));
        }
    }

    private void writeFacts(long[] counted, AllocationSink sink) {
        long dropped = Recorder.dropped();
        sink.dropped(dropped);
        if (dropped > 0 && Recorder.isFull()) {
            sink.attribute(
                    "note.counters",
                    "at the memory limit, there is no room for the counters of some threads: totals are too low;"
                            + " a larger memory-limit or heap raises it");
        }
        sink.overhead(overheadBytes());
        sink.attribute("instrumented_classes", Integer.toString(transformer.instrumented()));
        if (transformer.failed() > 0) {
            sink.attribute("not_instrumented_classes", Integer.toString(transformer.failed()));
            sink.attribute("not_instrumented_first", String.valueOf(transformer.firstFailure()));
        }
        if (table.refused() > 0) {
            sink.attribute("sites_beyond_limit", Long.toString(table.refused()));
        }
        String huge = transformer.hugeMethods().note(table, counted);
        if (huge != null) {
            sink.attribute("note.huge_methods", huge);
        }
    }

    @Override
    public long dropped() {
        return Recorder.dropped();
    }

    /* Without a lambda: the JDK would link it on the caller's thread, and that would be recorded. */
    @Override
    public void unrecorded(Runnable work) {
        // Where it is quiet already, whoever made it so sees to the accounts; a virtual thread's work is another's.
        boolean accounted = Recorder.isQuiet() || Recorder.isVirtual();
        quietly(new Callable<@Nullable Void>() {
            @Override
            public @Nullable Void call() {
                if (accounted) {
                    work.run();
                } else {
                    heapTruth.own(work);
                }
                return null;
            }
        });
    }

    @Override
    public TracedMemory tracedMemory() {
        Sampler running = sampler;
        if (running == null || !running.followsLive()) {
            return TracedMemory.NONE;
        }
        long current = running.liveSet.currentBytes();
        return new TracedMemory(
                current, Math.max(current, running.liveSet.peakBytes()), options.live() != LiveTracking.EXACT);
    }

    @Override
    public void resetPeak() {
        Sampler running = sampler;
        if (running != null) {
            running.liveSet.resetPeak();
        }
    }

    @Override
    public long overheadBytes() {
        Sampler running = sampler;
        return Recorder.overheadBytes()
                + table.overheadBytes()
                + cache.overheadBytes()
                + (running == null ? 0 : running.overheadBytes());
    }

    @Override
    public Optional<Traceback> objectTraceback(Object object) {
        Sampler running = sampler;
        LiveSet.Entry entry = running == null ? null : running.liveSet.find(object);
        return entry == null ? Optional.empty() : Optional.of(traceback(entry.cell));
    }

    private Traceback traceback(Samples.Cell cell) {
        SiteTable.Slot slot = table.slot(cell.slot);
        if (slot == null) {
            return Traceback.EMPTY;
        }
        Location site = slot.location();
        SourceFiles sourceFiles = new SourceFiles(table);
        List<Frame> frames = new ArrayList<>();
        frames.add(new Frame(site.owner().className, site.method(), site.owner().fileName, Math.max(0, site.line())));
        for (StackTraceElement element : cell.stack.frames().stream().skip(1).toList()) {
            frames.add(new Frame(
                    Names.className(element.getClassName()),
                    element.getMethodName(),
                    sourceFiles.of(element),
                    Math.max(0, element.getLineNumber())));
        }
        return Traceback.of(frames, cell.stack.totalFrames());
    }

    /** Runs a task without recording it: on this thread, or where that is virtual and might move, on another one. */
    private static void quietly(Callable<@Nullable Void> task) {
        // A virtual thread that is quiet is pinned to its carrier already.
        if (!Recorder.isVirtual() || Recorder.isQuiet()) {
            run(task);
            return;
        }
        FutureTask<@Nullable Void> work = new FutureTask<>(() -> {
            run(task);
            return null;
        });
        DaemonThreads.create("tracemalloc-worker", work).start();
        await(work);
    }

    private static void run(Callable<@Nullable Void> task) {
        Recorder.beginQuiet();
        try {
            task.call();
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        } finally {
            Recorder.endQuiet();
        }
    }

    /** Waits for a task, interrupted or not; throws what it threw. */
    static void await(FutureTask<@Nullable Void> work) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    work.get();
                    return;
                } catch (InterruptedException later) {
                    interrupted = true;
                } catch (ExecutionException failure) {
                    if (failure.getCause() instanceof RuntimeException cause) {
                        throw cause;
                    }
                    throw new IllegalStateException(failure.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
