package io.tracemalloc.internal;

import io.tracemalloc.TraceOptions;
import io.tracemalloc.Traceback;
import io.tracemalloc.TracedMemory;
import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.CaptureBackend;
import io.tracemalloc.spi.SnapshotBuilder;
import java.util.Optional;

/**
 * A backend that counts and one that samples, as one: sums are the counter's, tracebacks and live blocks the sampler's.
 *
 * <p>Safe for threads as {@link CaptureBackend} asks.
 */
final class CombinedBackend implements CaptureBackend {

    private final CaptureBackend counter;
    private final CaptureBackend sampler;
    private final TraceOptions options;

    CombinedBackend(CaptureBackend counter, CaptureBackend sampler, TraceOptions options) {
        this.counter = counter;
        this.sampler = sampler;
        this.options = options;
    }

    /*
     * The sampler first: its start is short, and what the counter's start allocates is not the program's for either. What
     * it sampled meanwhile is forgotten: the counter did not count it, and where the counter's start changes the byte code of
     * a method that is known already, the places in it get other lines.
     */
    @Override
    public void start() {
        sampler.start();
        try {
            sampler.unrecorded(new Start(counter));
            forgetSamples();
        } catch (RuntimeException | Error failure) {
            sampler.stop();
            throw failure;
        }
    }

    private void forgetSamples() {
        try {
            sampler.clear();
        } catch (RuntimeException | Error failure) {
            counter.stop();
            throw failure;
        }
    }

    /** A class rather than a lambda, for this is part of every start. */
    private record Start(CaptureBackend counter) implements Runnable {
        @Override
        public void run() {
            counter.start();
        }
    }

    @Override
    public void stop() {
        try {
            counter.stop();
        } finally {
            sampler.stop();
        }
    }

    @Override
    public void clear() {
        try {
            counter.clear();
        } finally {
            sampler.clear();
        }
    }

    @Override
    public void writeTo(AllocationSink sink) {
        unrecorded(() -> {
            SnapshotBuilder counted = new SnapshotBuilder();
            SnapshotBuilder sampled = new SnapshotBuilder();
            // What was sampled was counted before.
            sampler.writeTo(sampled);
            counter.writeTo(counted);
            new CombinedRecords(counted.build(), sampled.build(), options, sink).write();
        });
    }

    @Override
    public TracedMemory tracedMemory() {
        return sampler.tracedMemory();
    }

    @Override
    public void resetPeak() {
        sampler.resetPeak();
    }

    @Override
    public boolean collectGarbage() {
        return sampler.collectGarbage();
    }

    @Override
    public long dropped() {
        return counter.dropped() + sampler.dropped();
    }

    @Override
    public long overheadBytes() {
        return counter.overheadBytes() + sampler.overheadBytes();
    }

    @Override
    public Optional<Traceback> objectTraceback(Object object) {
        return sampler.objectTraceback(object);
    }

    @Override
    public void unrecorded(Runnable work) {
        counter.unrecorded(() -> sampler.unrecorded(work));
    }
}
