package io.tracemalloc.cli;

import io.tracemalloc.Snapshot;
import io.tracemalloc.spi.RemoteSession;
import io.tracemalloc.spi.RemoteStatus;
import io.tracemalloc.spi.SnapshotRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Asks a JVM again and again. Not safe for several threads at once, except {@link #close}. */
final class TopSource implements AutoCloseable {

    private final RemoteSession session;
    private final SnapshotRequest request;
    private final Path directory = TemporaryFiles.createDirectory();
    private @Nullable Snapshot before;

    TopSource(RemoteSession session, SnapshotRequest request) {
        this.session = session;
        this.request = request;
    }

    /**
     * What the JVM has now, beside what it had when it was asked before.
     *
     * @throws IOException if it does not answer, in one line
     */
    TopSample next() throws IOException {
        RemoteStatus status = session.status();
        Path file = directory.resolve("snapshot.pb.gz");
        try (OutputStream out = Files.newOutputStream(file)) {
            session.snapshot(request, out, bytes -> {});
        }
        Snapshot now = Snapshot.load(file);
        TopSample sample = new TopSample(status, now, before);
        before = now;
        return sample;
    }

    /** Lets go of the JVM; ends an operation in flight. */
    @Override
    public void close() {
        session.close();
        TemporaryFiles.delete(directory);
    }
}
