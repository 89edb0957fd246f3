package io.tracemalloc.it;

import io.tracemalloc.internal.UnfinishedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Directories for what forked JVMs read and write, gone when the tests' own JVM ends. */
final class Scratch {

    private static final Path ROOT = root();

    private Scratch() {}

    /** A new one. */
    static Path directory() {
        try {
            return Files.createTempDirectory(ROOT, "");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Path root() {
        try {
            Path root = Files.createTempDirectory("tracemalloc-it");
            // Some JVMs run as another user.
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx--x--x"));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> UnfinishedFiles.delete(root)));
            return root;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
