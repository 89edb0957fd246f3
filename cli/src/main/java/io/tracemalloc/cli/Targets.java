package io.tracemalloc.cli;

import io.tracemalloc.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Gets the snapshot that a TARGET stands for: a file, a PID, or an address. */
final class Targets {

    private static final Pattern PID = Pattern.compile("[0-9]+");
    private static final Pattern ADDRESS =
            Pattern.compile("https?://.*|(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9.-]+):[0-9]{1,5}(/.*)?");

    private Targets() {}

    /** Loads it, or fails with one line and status 3. */
    static Snapshot load(String target, Terminal terminal) {
        Path file = existingFile(target);
        try {
            return Progress.during(terminal, "reading " + target, () -> Snapshot.load(file));
        } catch (OutOfMemoryError tooLarge) {
            throw CommandFailure.input(target + ": too large for the heap of "
                    + (Runtime.getRuntime().maxMemory() >> 20) + " MiB; set JAVA_TOOL_OPTIONS=-Xmx");
        } catch (IOException | IllegalStateException e) {
            throw CommandFailure.input(withName(target, Messages.of(e)));
        }
    }

    private static Path existingFile(String target) {
        Path file = path(target);
        if (Files.isDirectory(file)) {
            throw CommandFailure.input(target + ": is a directory, not a snapshot file");
        }
        if (Files.exists(file)) {
            return file;
        }
        if (PID.matcher(target).matches()) {
            throw CommandFailure.input(target + ": to look into a running process needs the attach module, which is not"
                    + " part of this build; start it with 'tracemalloc run' or -javaagent");
        }
        if (ADDRESS.matcher(target).matches()) {
            throw CommandFailure.input(
                    target + ": to ask a remote process needs the remote module, which is not part of"
                            + " this build; copy a snapshot file instead");
        }
        throw CommandFailure.input(target + ": no such file");
    }

    private static Path path(String target) {
        try {
            return Path.of(target);
        } catch (InvalidPathException e) {
            throw CommandFailure.input(target + ": not a file name: " + e.getReason());
        }
    }

    private static String withName(String target, String message) {
        return message.contains(target) ? message : target + ": " + message;
    }
}
