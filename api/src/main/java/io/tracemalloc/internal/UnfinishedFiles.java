package io.tracemalloc.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Files and directories that nobody wants once this JVM has ended, since what they are for was not finished. Safe for any
 * thread.
 *
 * <p>Only a command asks for their deletion: an agent may write its last snapshot while its JVM ends.
 */
public final class UnfinishedFiles {

    private static final Set<Path> FILES = ConcurrentHashMap.newKeySet();

    private UnfinishedFiles() {}

    /** From now on the end of the JVM deletes what is unfinished then, also after SIGTERM and SIGINT. */
    public static void deleteAtExit() {
        DaemonThreads.atExit("tracemalloc-unfinished", () -> FILES.forEach(UnfinishedFiles::delete));
    }

    /** It is unfinished. */
    public static void add(Path file) {
        FILES.add(file);
    }

    /** It is finished, or deleted. */
    public static void remove(Path file) {
        FILES.remove(file);
    }

    /** Deletes it now, and if it is a directory what is in it, as far as that works. */
    public static void delete(Path file) {
        try (Stream<Path> tree = Files.walk(file)) {
            List<Path> children = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path child : children) {
                Files.deleteIfExists(child);
            }
        } catch (IOException | UncheckedIOException leftover) {
            // Nothing depends on it, and there may be nobody left to tell.
        }
        remove(file);
    }
}
