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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A session that records nothing, for channels to steer; it remembers what was asked of it. */
public final class FakeSession implements SessionControl {

    private volatile boolean tracing = true;
    private volatile TraceOptions options = TraceOptions.DEFAULTS;
    private volatile Supplier<Snapshot> snapshots = this::empty;
    private final AtomicInteger clears = new AtomicInteger();
    private final AtomicInteger peakResets = new AtomicInteger();

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
    public Optional<String> collectGarbage() {
        System.gc();
        return Optional.empty();
    }

    @Override
    public void clearTraces() {
        clears.incrementAndGet();
    }

    /** How often the traces were cleared. */
    public int clears() {
        return clears.get();
    }

    /** How often the peak was reset. */
    public int peakResets() {
        return peakResets.get();
    }

    /** What it gives out from now on. */
    public FakeSession giving(Supplier<Snapshot> taken) {
        snapshots = taken;
        return this;
    }

    @Override
    public TraceOptions options() {
        return options;
    }

    @Override
    public TracedMemory tracedMemory() {
        return tracing ? new TracedMemory(123 * 8, 123 * 16, false) : TracedMemory.NONE;
    }

    @Override
    public void resetPeak() {
        peakResets.incrementAndGet();
    }

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
        return snapshots.get();
    }

    private Snapshot empty() {
        return new SnapshotBuilder()
                .snapshot(new SnapshotInfo(
                        Instant.EPOCH, Duration.ZERO, options.frames(), options.intervalBytes(), Metric.ALLOCATED));
    }

    @Override
    public RemoteStatus status() {
        return new RemoteStatus(
                tracing,
                options.frames(),
                options.intervalBytes(),
                tracing ? "fake" : "",
                tracedMemory(),
                overheadBytes(),
                7,
                4711,
                "Fake \"VM\" 1 \u00e9",
                "com.acme.Main",
                Duration.ofMillis(1234));
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
