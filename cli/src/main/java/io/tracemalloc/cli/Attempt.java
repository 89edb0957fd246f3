package io.tracemalloc.cli;

import io.tracemalloc.spi.RemoteSession;
import io.tracemalloc.spi.SnapshotRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One try to get the snapshot of one target, on a thread of its own, so that a target that hangs keeps nobody else
 * waiting: whoever waits gives it up, and the thread ends whenever the target lets it.
 */
final class Attempt {

    /**
     * How it ended.
     *
     * @param file the snapshot; null if there is none
     * @param failure why not, in one line; empty if there is one
     */
    record Result(Attempt attempt, @Nullable Path file, Instant time, long bytes, String failure) {}

    private enum Phase {
        RUNNING,
        COMMITTING,
        OVER
    }

    private final String target;
    private final Connector connector;
    private final SnapshotRequest request;
    private final SnapshotDirectory directory;
    private final Consumer<Result> results;
    private final long deadlineNanos;
    private final Thread thread;

    /** Whoever moves it on from RUNNING tells the result. */
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.RUNNING);

    /** Written by the thread of the attempt, read by whoever gives it up. */
    private volatile @Nullable RemoteSession session;

    private Attempt(
            String target,
            Connector connector,
            SnapshotRequest request,
            SnapshotDirectory directory,
            long deadlineNanos,
            Consumer<Result> results) {
        this.target = target;
        this.connector = connector;
        this.request = request;
        this.directory = directory;
        this.deadlineNanos = deadlineNanos;
        this.results = results;
        this.thread = new Thread(this::run, "tracemalloc-collect-" + target);
        thread.setDaemon(true);
    }

    /**
     * Starts a try.
     *
     * @param deadlineNanos when it is to be given up, on the clock of {@link System#nanoTime}
     * @param results gets the result once, on any thread
     */
    static Attempt start(
            String target,
            Connector connector,
            SnapshotRequest request,
            SnapshotDirectory directory,
            long deadlineNanos,
            Consumer<Result> results) {
        Attempt attempt = new Attempt(target, connector, request, directory, deadlineNanos, results);
        attempt.thread.start();
        return attempt;
    }

    String target() {
        return target;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** Whether its thread has not come back yet. */
    boolean lingers() {
        return thread.isAlive();
    }

    /** Ends it with this failure, unless it has just ended; never waits. */
    void giveUp(String failure) {
        if (!phase.compareAndSet(Phase.RUNNING, Phase.OVER)) {
            return;
        }
        results.accept(new Result(this, null, Instant.EPOCH, 0, failure));
        thread.interrupt();
        RemoteSession open = session;
        if (open != null) {
            // Closing may take as long as the target likes.
            Thread closer = new Thread(open::close, "tracemalloc-close-" + target);
            closer.setDaemon(true);
            closer.start();
        }
    }

    private void run() {
        try (RemoteSession connected = connector.connect(target)) {
            session = connected;
            if (phase.get() == Phase.RUNNING) {
                copy(connected);
            }
        } catch (IOException | RuntimeException e) {
            fail(withoutTarget(Messages.of(e)));
        } catch (OutOfMemoryError e) {
            fail("too large for the heap of " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB");
        } catch (LinkageError e) {
            // As when the jar is replaced under a collector that has been running for weeks.
            fail("internal error: " + Messages.of(e));
        }
    }

    private void copy(RemoteSession connected) throws IOException {
        try (SnapshotDirectory.Incoming incoming = directory.receive(target)) {
            connected.snapshot(request, incoming.out(), bytes -> {});
            incoming.check();
            if (phase.compareAndSet(Phase.RUNNING, Phase.COMMITTING)) {
                results.accept(committed(incoming));
            }
        }
    }

    /** The result has been promised: whatever goes wrong now becomes one. */
    private Result committed(SnapshotDirectory.Incoming incoming) {
        Instant now = Instant.now();
        try {
            Path file = incoming.commit(now);
            return new Result(this, file, now, Files.size(file), "");
        } catch (IOException | RuntimeException e) {
            return new Result(this, null, now, 0, Messages.of(e));
        }
    }

    /** The target is named by whoever tells of it. */
    private String withoutTarget(String failure) {
        return failure.startsWith(target + ": ") ? failure.substring(target.length() + 2) : failure;
    }

    private void fail(String failure) {
        if (phase.compareAndSet(Phase.RUNNING, Phase.OVER)) {
            results.accept(new Result(this, null, Instant.EPOCH, 0, failure));
        }
    }
}
