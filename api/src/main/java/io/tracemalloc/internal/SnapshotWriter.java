package io.tracemalloc.internal;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.statistic.SizeFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Writes snapshots of a session to files and says so, a line each. Nothing that goes wrong leaves {@link #write}: it
 * becomes a line.
 *
 * <p>Safe for any thread; one file is written at a time.
 */
final class SnapshotWriter {

    /** {@link Snapshot#dump(Path, Metric)} outside of tests; its failures name the file. */
    @FunctionalInterface
    interface Dump {
        void dump(Snapshot snapshot, Path file, Metric defaultMetric) throws IOException;
    }

    /** What agents use. */
    static final class ToFile implements Dump {
        @Override
        public void dump(Snapshot snapshot, Path file, Metric defaultMetric) throws IOException {
            snapshot.dump(file, defaultMetric);
        }
    }

    private final LocalSession session;
    private final AgentOptions options;
    private final Dump dump;
    private final Consumer<String> messages;
    private final Optional<RunDirectory> run;
    private final ReentrantLock lock = new ReentrantLock();

    /* Guarded by lock. */
    private final List<Path> written = new ArrayList<>();

    private boolean said;

    SnapshotWriter(LocalSession session, AgentOptions options, Dump dump, Consumer<String> messages) {
        this.session = session;
        this.options = options;
        this.dump = dump;
        this.messages = messages;
        this.run = RunDirectory.of(options);
    }

    /** Takes a snapshot and writes it to the next name of the file. */
    void write(SnapshotFile file) {
        lock.lock();
        try {
            session.unrecorded(() -> writeLocked(file));
        } finally {
            lock.unlock();
        }
    }

    /* Errors too: with the heap full this may well run out of memory itself, and that must not reach the application. */
    private void writeLocked(SnapshotFile file) {
        String what = "snapshot";
        try {
            Path path = file.next();
            what = path.toString();
            write(path);
        } catch (IOException failure) {
            messages.accept(Failures.oneLine(failure));
        } catch (Throwable failure) {
            messages.accept("cannot write " + what + ": " + Failures.describe(failure));
        }
    }

    private void write(Path path) throws IOException {
        if (options.snapshotGc()) {
            session.collectGarbage().ifPresent(this::sayOnce);
        }
        Snapshot snapshot = session.takeSnapshot();
        Metric first = options.defaultMetric().filter(snapshot::has).orElse(snapshot.defaultMetric());
        dump.dump(snapshot, path, first);
        if (!written.contains(path)) {
            written.add(path);
        }
        if (!listed()) {
            int records = snapshot.columns().recordCount();
            messages.accept(String.format(
                    Locale.ROOT,
                    "wrote %s (%,d %s, %s)",
                    path,
                    records,
                    records == 1 ? "record" : "records",
                    SizeFormat.format(Files.size(path))));
        }
    }

    /* It stays so for every snapshot to come. */
    private void sayOnce(String reason) {
        if (!said) {
            said = true;
            messages.accept(reason);
        }
    }

    /* Whoever started the run lists the files at its end, so this JVM keeps quiet. */
    private boolean listed() {
        try {
            if (run.isPresent()) {
                run.get().written(ProcessHandle.current().pid(), written);
            }
            return run.isPresent();
        } catch (IOException runIsOver) {
            return false;
        }
    }
}
