package io.tracemalloc.cli;

import io.tracemalloc.internal.UnfinishedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Directories of this process alone, which its end deletes if nobody did before. */
final class TemporaryFiles {

    private TemporaryFiles() {}

    /** A new directory that only its owner can enter: snapshots tell much of a program. */
    static Path createDirectory() {
        try {
            Path directory = Files.createTempDirectory("tracemalloc-");
            UnfinishedFiles.add(directory);
            return directory;
        } catch (IOException e) {
            throw CommandFailure.input(
                    System.getProperty("java.io.tmpdir") + ": cannot create a temporary directory: " + Messages.of(e));
        }
    }

    /** Deletes a directory and what is in it, as far as that works. */
    static void delete(Path directory) {
        UnfinishedFiles.delete(directory);
    }
}
