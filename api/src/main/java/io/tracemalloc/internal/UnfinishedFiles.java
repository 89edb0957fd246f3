package io.tracemalloc.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Files that nobody wants once this JVM has ended, since what they are for was not finished. Safe for any thread.
 *
 * <p>Only a command asks for their deletion: an agent may write its last snapshot while its JVM ends.
 */
public final class UnfinishedFiles {

    private static final Set<Path> FILES = ConcurrentHashMap.newKeySet();

    private UnfinishedFiles() {}

    /** From now on the end of the JVM deletes what is unfinished then, also after SIGTERM and SIGINT. */
    public static void deleteAtExit() {
        DaemonThreads.atExit("tracemalloc-unfinished", UnfinishedFiles::deleteAll);
    }

    /** It is unfinished. */
    public static void add(Path file) {
        FILES.add(file);
    }

    /** It is finished, or deleted. */
    public static void remove(Path file) {
        FILES.remove(file);
    }

    private static void deleteAll() {
        for (Path file : FILES) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException leftover) {
                // Nothing depends on it, and there is nobody left to tell.
            }
        }
    }
}
