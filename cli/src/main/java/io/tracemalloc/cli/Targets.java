package io.tracemalloc.cli;

import io.tracemalloc.Snapshot;
import io.tracemalloc.spi.RemoteSession;
import io.tracemalloc.spi.SnapshotRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/** Gets the snapshot that a TARGET stands for: a file, else of a running process by its id or address. */
final class Targets {

    private Targets() {}

    /** Loads a file, or takes a snapshot with usual settings; or fails with one line and status 3. */
    static Snapshot load(String target, Terminal terminal) {
        return load(target, SnapshotRequest.DEFAULT, Map.of(), terminal);
    }

    /**
     * Loads a file, or takes a snapshot; or fails with one line and status 3.
     *
     * @param request what to ask of a running process
     * @param settings how to be let in there
     */
    static Snapshot load(String target, SnapshotRequest request, Map<String, String> settings, Terminal terminal) {
        return isRunning(target)
                ? take(target, request, settings, terminal)
                : read(existingFile(target), target, terminal);
    }

    /** Whether it stands for a process and not for a file; a file of the same name goes first. */
    static boolean isRunning(String target) {
        return RemoteTargets.isRunning(target) && !Files.exists(path(target));
    }

    private static Snapshot take(
            String target, SnapshotRequest request, Map<String, String> settings, Terminal terminal) {
        Path directory = TemporaryFiles.createDirectory();
        try (RemoteSession session = RemoteTargets.connect(target, settings, terminal)) {
            Path file = directory.resolve("snapshot.pb.gz");
            Progress.during(terminal, "taking a snapshot of " + target, () -> {
                try (OutputStream out = Files.newOutputStream(file)) {
                    session.snapshot(request, out, bytes -> {});
                }
                return file;
            });
            return read(file, target, terminal);
        } catch (IOException e) {
            throw RemoteTargets.failure(target, e);
        } finally {
            TemporaryFiles.delete(directory);
        }
    }

    private static Snapshot read(Path file, String target, Terminal terminal) {
        try {
            return Progress.during(terminal, "reading " + target, () -> Snapshot.load(file));
        } catch (OutOfMemoryError tooLarge) {
            throw tooLarge(target);
        } catch (IOException | IllegalStateException e) {
            throw CommandFailure.input(RemoteTargets.withName(target, Messages.of(e)));
        }
    }

    /** That a target does not fit into memory. */
    static CommandFailure tooLarge(String target) {
        return CommandFailure.input(target + ": too large for the heap of "
                + (Runtime.getRuntime().maxMemory() >> 20) + " MiB; set JAVA_TOOL_OPTIONS=-Xmx");
    }

    private static Path existingFile(String target) {
        if (target.isEmpty()) {
            throw CommandFailure.usage("TARGET must name a snapshot file, a process or an address, got nothing");
        }
        Path file = path(target);
        if (Files.isDirectory(file)) {
            throw CommandFailure.input(target + ": is a directory, not a snapshot file");
        }
        if (!Files.exists(file)) {
            throw CommandFailure.input(target + ": no such file");
        }
        return file;
    }

    static Path path(String target) {
        try {
            return Path.of(target);
        } catch (InvalidPathException e) {
            throw CommandFailure.input(target + ": not a file name: " + e.getReason());
        }
    }
}
