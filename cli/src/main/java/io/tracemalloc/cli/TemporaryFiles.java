package io.tracemalloc.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Directories of this process alone. */
final class TemporaryFiles {

    private TemporaryFiles() {}

    /** A new directory that only its owner can enter: snapshots tell much of a program. */
    static Path createDirectory() {
        try {
            return Files.createTempDirectory("tracemalloc-");
        } catch (IOException e) {
            throw CommandFailure.input(
                    System.getProperty("java.io.tmpdir") + ": cannot create a temporary directory: " + Messages.of(e));
        }
    }

    /** Deletes a directory and what is in it, as far as that works. */
    static void delete(@Nullable Path directory) {
        if (directory == null) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            List<Path> children = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path child : children) {
                Files.deleteIfExists(child);
            }
        } catch (IOException leftover) {
            // The system clears its temporary directory; nothing depends on it.
        }
    }
}
