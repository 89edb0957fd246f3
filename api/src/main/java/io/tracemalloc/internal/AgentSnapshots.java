package io.tracemalloc.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Writes the snapshots that the agent options ask for: at exit, every so often, and when memory runs out. */
final class AgentSnapshots {

    private final LocalSession session;
    private final AgentOptions options;
    private final SnapshotWriter writer;
    private final Consumer<String> messages;
    private final Instant since;
    private volatile boolean ending;

    AgentSnapshots(
            LocalSession session,
            AgentOptions options,
            SnapshotWriter writer,
            Consumer<String> messages,
            Instant since) {
        this.session = session;
        this.options = options;
        this.writer = writer;
        this.messages = messages;
        this.since = since;
    }

    /** Begins; returns at once. Classes rather than lambdas, for this is part of every start. */
    void begin() {
        Optional<String> atExit = options.snapshotAtExit();
        Optional<Duration> every = options.snapshotEvery();
        Optional<String> onOom = options.snapshotOnOom();
        if (atExit.isPresent()) {
            SnapshotFile file = file(atExit.get());
            DaemonThreads.atExit("tracemalloc-exit", new AtExit(file));
            if (every.isPresent()) {
                DaemonThreads.start("tracemalloc-snapshots", new Repeatedly(file, every.get()));
            }
        }
        if (onOom.isPresent()) {
            watchMemory(file(onOom.get()));
        }
    }

    private final class AtExit implements Runnable {
        private final SnapshotFile file;

        AtExit(SnapshotFile file) {
            this.file = file;
        }

        @Override
        public void run() {
            ending = true;
            if (session.isTracing()) {
                writer.write(file);
            } else {
                messages.accept("wrote nothing at exit, for nothing is traced any more");
            }
        }
    }

    private final class Repeatedly implements Runnable {
        private final SnapshotFile file;
        private final long periodNanos;

        Repeatedly(SnapshotFile file, Duration period) {
            this.file = file;
            this.periodNanos = period.toNanos();
        }

        @Override
        public void run() {
            long next = System.nanoTime() + periodNanos;
            while (!ending) {
                LockSupport.parkNanos(this, next - System.nanoTime());
                if (System.nanoTime() - next >= 0) {
                    write();
                    next = Math.max(next + periodNanos, System.nanoTime());
                }
            }
        }

        private void write() {
            if (session.isTracing() && !ending) {
                writer.write(file);
            }
        }
    }

    private void watchMemory(SnapshotFile file) {
        try {
            OutOfMemoryWatch.install(reason -> {
                messages.accept(reason);
                if (session.isTracing()) {
                    writer.write(file);
                }
            });
        } catch (LinkageError withoutManagement) {
            messages.accept("snapshot-on-oom needs the module java.management, which this Java runtime lacks");
        }
    }

    private SnapshotFile file(String template) {
        return new SnapshotFile(template, since, RunDirectory.of(options));
    }
}
