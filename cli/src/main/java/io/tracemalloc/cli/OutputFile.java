package io.tracemalloc.cli;

import io.tracemalloc.internal.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;

/** A file that will be written later, maybe by another process: checked now, while it costs nothing to be wrong. */
final class OutputFile {

    /** What other programs take for it. A snapshot there is rarely meant: a program that is run prints there, too. */
    static final String STANDARD_OUTPUT = "-";

    private OutputFile() {}

    /** The absolute path, since the writer may stand in another directory; fails if nothing can be written there. */
    static Path check(String name, String option) {
        if (name.isEmpty()) {
            throw CommandFailure.usage(option + " must name a file, got nothing");
        }
        if (name.equals(STANDARD_OUTPUT)) {
            throw CommandFailure.usage(option + " must name a file, got -; standard output is /dev/stdout");
        }
        Path file;
        try {
            file = Path.of(name).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw CommandFailure.input(name + ": not a file name: " + e.getReason());
        }
        if (file.getParent() == null || Files.isDirectory(file)) {
            throw CommandFailure.input(name + ": is a directory (" + option + " names a file)");
        }
        if (AtomicFile.isDevice(file)) {
            if (!Files.isWritable(file)) {
                throw CommandFailure.input(name + ": permission denied");
            }
            return file;
        }
        Path directory = directoryOf(file, name);
        if (!Files.isDirectory(directory)) {
            throw CommandFailure.input(name + ": no such directory: " + directory);
        }
        if (!Files.isWritable(directory)) {
            throw CommandFailure.input(name + ": cannot write to directory " + directory);
        }
        return file;
    }

    /** Where the new file will be made. */
    private static Path directoryOf(Path file, String name) {
        try {
            return Objects.requireNonNull(AtomicFile.behindLinks(file).getParent());
        } catch (IOException e) {
            throw CommandFailure.input(name + ": " + Messages.of(e));
        }
    }
}
