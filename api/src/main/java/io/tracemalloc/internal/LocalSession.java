package io.tracemalloc.internal;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Traceback;
import io.tracemalloc.TracedMemory;
import io.tracemalloc.spi.CaptureBackend;
import io.tracemalloc.spi.CaptureBackendProvider;
import io.tracemalloc.spi.RemoteStatus;
import io.tracemalloc.spi.SessionControl;
import io.tracemalloc.spi.SnapshotBuilder;
import io.tracemalloc.spi.SnapshotColumns;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The session of this copy of the tracer: one backend at a time, and the blocks that the application tracks itself.
 *
 * <p>Safe for any thread at any time. A backend that throws makes the operation an {@link IllegalStateException} of one
 * line and leaves the session usable: stopped after {@link #stop}, as it was otherwise.
 */
public final class LocalSession implements SessionControl {

    /*
     * field       | read                              | write                | guard
     * running     | any thread                        | start, stop          | written under lifecycle and, to null, under inUse
     * lastOptions | any thread                        | start                | lifecycle, volatile
     * lifecycle: one at a time of start, stop, clearTraces, resetPeak, collectGarbage, takeSnapshot. May be held for a second.
     * inUse: shared by the short questions to a running backend, exclusive for the instant in which it is taken away,
     *     so that no question reaches a backend that was stopped. Never held while lifecycle is waited for.
     */
    private final ReentrantLock lifecycle = new ReentrantLock();
    private final StampedLock inUse = new StampedLock();
    private final @Nullable Function<TraceOptions, CaptureBackendProvider> choice;
    private volatile @Nullable Running running;
    private volatile TraceOptions lastOptions = TraceOptions.DEFAULTS;

    private static final class Running {
        final TraceOptions options;
        final String backendName;
        final CaptureBackend backend;
        final Optional<String> note;
        final TrackedBlocks blocks;
        /* Guarded by lifecycle. */
        long sinceNanos = System.nanoTime();
        boolean uncollected;

        Running(TraceOptions options, CaptureChoice chosen) {
            this.options = options;
            this.backendName = chosen.name();
            this.backend = chosen.backend();
            this.note = chosen.note();
            this.blocks = new TrackedBlocks(options);
        }
    }

    /** A session that finds its backend through {@link Providers}. */
    public LocalSession() {
        this.choice = null;
    }

    /** A session whose backend is made by the provider that this function names for the options. */
    public LocalSession(Function<TraceOptions, CaptureBackendProvider> choice) {
        this.choice = choice;
    }

    @Override
    public boolean isTracing() {
        return running != null;
    }

    @Override
    public void start(TraceOptions options) {
        Objects.requireNonNull(options, "options");
        StackRoom.require();
        lifecycle.lock();
        try {
            if (running == null) {
                begin(options);
            }
        } finally {
            lifecycle.unlock();
        }
    }

    /* Without lambdas, whose first use would cost the start of a program more than all of this. */
    private void begin(TraceOptions options) {
        CaptureChoice chosen =
                choice == null ? CaptureChoice.of(options) : CaptureChoice.of(choice.apply(options), options);
        try {
            chosen.backend().start();
        } catch (Exception | LinkageError | AssertionError | VirtualMachineError failure) {
            throw failed(chosen.name(), "start", failure);
        }
        lastOptions = options;
        running = new Running(options, chosen);
    }

    @Override
    public void stop() {
        locked(() -> {
            Running session = running;
            if (session != null) {
                takeAway();
                guard(session.backendName, "stop", session.backend::stop);
            }
        });
    }

    private void takeAway() {
        long stamp = inUse.writeLock();
        try {
            running = null;
        } finally {
            inUse.unlockWrite(stamp);
        }
    }

    @Override
    public void clearTraces() {
        locked(() -> {
            Running session = running;
            if (session != null) {
                guard(session, "clear", () -> {
                    session.blocks.clear();
                    session.backend.clear();
                    session.sinceNanos = System.nanoTime();
                });
            }
        });
    }

    @Override
    public TraceOptions options() {
        return lastOptions;
    }

    /**
     * {@inheritDoc} The backend's memory and the tracked blocks add up. The peak of a sum is at most the sum of the
     * peaks, which is what is told, as an estimate, where both are there.
     */
    @Override
    public TracedMemory tracedMemory() {
        return ask(session -> sum(session.backend.tracedMemory(), session.blocks.memory()), TracedMemory.NONE);
    }

    private static TracedMemory sum(TracedMemory recorded, TracedMemory tracked) {
        if (tracked.peakBytes() == 0) {
            return recorded;
        }
        return new TracedMemory(
                saturated(recorded.currentBytes(), tracked.currentBytes()),
                saturated(recorded.peakBytes(), tracked.peakBytes()),
                recorded.peakBytes() > 0 || recorded.estimated());
    }

    private static long saturated(long one, long other) {
        return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }

    @Override
    public void resetPeak() {
        locked(() -> {
            Running session = running;
            if (session != null) {
                guard(session, "reset the peak", () -> {
                    session.blocks.resetPeak();
                    session.backend.resetPeak();
                });
            }
        });
    }

    /**
     * {@inheritDoc} The JVM's own way first, which heeds the options about it. Snapshots of a session that was asked in
     * vain say so.
     */
    @Override
    public Optional<String> collectGarbage() {
        if (!SystemGc.isIgnored()) {
            System.gc();
            return Optional.empty();
        }
        AtomicReference<@Nullable String> reason = new AtomicReference<>();
        locked(() -> {
            Running session = running;
            if (session != null) {
                guard(session, "collect garbage", () -> session.uncollected = !session.backend.collectGarbage());
                reason.set(session.uncollected ? SystemGc.IGNORED : null);
            }
        });
        return Optional.ofNullable(reason.get());
    }

    @Override
    public long overheadBytes() {
        return ask(session -> session.backend.overheadBytes() + session.blocks.overheadBytes(), 0L);
    }

    @Override
    public Optional<Traceback> objectTraceback(Object object) {
        Objects.requireNonNull(object, "object");
        return ask(session -> session.backend.objectTraceback(object), Optional.empty());
    }

    @Override
    public Snapshot takeSnapshot() {
        AtomicReference<@Nullable Snapshot> taken = new AtomicReference<>();
        locked(() -> {
            Running session = running;
            if (session == null) {
                throw new IllegalStateException("not tracing: start the tracer before taking a snapshot");
            }
            guard(session, "take a snapshot", () -> taken.set(snapshot(session)));
        });
        return Objects.requireNonNull(taken.get(), "snapshot");
    }

    /** Why a backend that is there takes no part in the running session, in one line; empty if all is well. */
    public Optional<String> note() {
        Running session = running;
        return session == null ? Optional.empty() : session.note;
    }

    @Override
    public RemoteStatus status() {
        return ask(LocalSession::status, JvmFacts.status(lastOptions, "", TracedMemory.NONE, 0, 0));
    }

    private static RemoteStatus status(Running session) {
        return JvmFacts.status(
                session.options,
                session.backendName,
                sum(session.backend.tracedMemory(), session.blocks.memory()),
                session.backend.overheadBytes() + session.blocks.overheadBytes(),
                session.backend.dropped() + session.blocks.dropped());
    }

    private static Snapshot snapshot(Running session) {
        SnapshotBuilder builder = new SnapshotBuilder();
        JvmFacts.writeTo(builder);
        builder.attribute("backend", session.backendName);
        session.note.ifPresent(reason -> builder.attribute("note.backend", reason));
        if (session.uncollected) {
            builder.attribute("note.gc", SystemGc.IGNORED);
        }
        session.backend.writeTo(builder);
        session.blocks.writeTo(builder);
        SnapshotColumns columns = builder.build();
        // Both at once: their difference is the time at which the session began, by which others know it again.
        Instant now = Instant.now();
        Duration duration = Duration.ofNanos(Math.max(0, System.nanoTime() - session.sinceNanos));
        Metric first = columns.has(Metric.LIVE) ? Metric.LIVE : Metric.ALLOCATED;
        TraceOptions options = session.options;
        return Snapshot.of(columns, new SnapshotInfo(now, duration, options.frames(), options.intervalBytes(), first));
    }

    /**
     * {@inheritDoc} Tracked blocks may take a quarter of {@link TraceOptions#memoryLimitBytes()}; what goes beyond that
     * is dropped and counted.
     */
    @Override
    public boolean track(int domain, long address, long sizeBytes) {
        checkDomain(domain);
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("size must be 0 or more, got " + sizeBytes);
        }
        Running session = running;
        if (session == null) {
            return false;
        }
        StackRoom.require();
        Thread caller = Thread.currentThread();
        AtomicReference<@Nullable Boolean> recorded = new AtomicReference<>();
        session.backend.unrecorded(() -> {
            if (Thread.currentThread() == caller) {
                recorded.set(trackHere(session, domain, address, sizeBytes));
            }
        });
        Boolean done = recorded.get();
        // Another thread cannot see this one's stack, so there the walk itself is recorded.
        return done == null ? trackHere(session, domain, address, sizeBytes) : done;
    }

    private static boolean trackHere(Running session, int domain, long address, long sizeBytes) {
        Traceback traceback = CallerTraceback.capture(session.options.frames());
        String thread = Thread.currentThread().getName();
        return session.blocks.track(domain, address, sizeBytes, traceback, thread);
    }

    @Override
    public boolean untrack(int domain, long address) {
        checkDomain(domain);
        Running session = running;
        if (session == null) {
            return false;
        }
        StackRoom.require();
        session.backend.unrecorded(() -> session.blocks.untrack(domain, address));
        return true;
    }

    private static void checkDomain(int domain) {
        if (domain < 0) {
            throw new IllegalArgumentException("domain must be 0 or more, got " + domain);
        }
    }

    /** Does some of the tracer's own work, a file for example, without recording it as the application's. */
    public void unrecorded(Runnable work) {
        Running session = running;
        if (session == null) {
            work.run();
        } else {
            session.backend.unrecorded(work);
        }
    }

    private <T> T ask(Function<Running, T> question, T withoutSession) {
        StackRoom.require();
        long stamp = inUse.readLock();
        try {
            Running session = running;
            return session == null
                    ? withoutSession
                    : guarded(session.backendName, "answer", () -> question.apply(session));
        } finally {
            inUse.unlockRead(stamp);
        }
    }

    private void locked(Runnable operation) {
        StackRoom.require();
        lifecycle.lock();
        try {
            operation.run();
        } finally {
            lifecycle.unlock();
        }
    }

    private static void guard(Running session, String action, Runnable work) {
        guard(session.backendName, action, () -> session.backend.unrecorded(work));
    }

    private static void guard(String backendName, String action, Runnable work) {
        guarded(backendName, action, () -> {
            work.run();
            return true;
        });
    }

    /* A backend is foreign code that runs inside the application: every failure becomes one that says whose it is. */
    private static <T> T guarded(String backendName, String action, Supplier<T> work) {
        try {
            return work.get();
        } catch (Exception | LinkageError | AssertionError | VirtualMachineError failure) {
            throw failed(backendName, action, failure);
        }
    }

    private static IllegalStateException failed(String backendName, String action, Throwable failure) {
        return new IllegalStateException(
                "capture backend " + backendName + " could not " + action + ": " + Failures.describe(failure), failure);
    }
}
