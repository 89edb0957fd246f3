package io.tracemalloc.spi;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Traceback;
import io.tracemalloc.TracedMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A session that records nothing, for channels to steer. */
public final class FakeSession implements SessionControl {

    private volatile boolean tracing = true;
    private volatile TraceOptions options = TraceOptions.DEFAULTS;

    /** A session that traces. */
    public FakeSession() {}

    @Override
    public boolean isTracing() {
        return tracing;
    }

    @Override
    public synchronized void start(TraceOptions asked) {
        if (!tracing) {
            options = asked;
            tracing = true;
        }
    }

    @Override
    public void stop() {
        tracing = false;
    }

    @Override
    public void clearTraces() {}

    @Override
    public TraceOptions options() {
        return options;
    }

    @Override
    public TracedMemory tracedMemory() {
        return tracing ? new TracedMemory(123 * 8, 123 * 16, false) : TracedMemory.NONE;
    }

    @Override
    public void resetPeak() {}

    @Override
    public long overheadBytes() {
        return 4096;
    }

    @Override
    public Optional<Traceback> objectTraceback(Object object) {
        return Optional.empty();
    }

    @Override
    public Snapshot takeSnapshot() {
        if (!tracing) {
            throw new IllegalStateException("not tracing");
        }
        return new SnapshotBuilder()
                .snapshot(new SnapshotInfo(
                        Instant.EPOCH, Duration.ZERO, options.frames(), options.intervalBytes(), Metric.ALLOCATED));
    }

    @Override
    public boolean track(int domain, long address, long sizeBytes) {
        return tracing;
    }

    @Override
    public boolean untrack(int domain, long address) {
        return tracing;
    }
}
