package io.tracemalloc.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * When a process began, in ticks since the machine did. Every PID namespace shows the same, so it tells processes apart
 * that have the same id, each in its own.
 */
public final class ProcessStart {

    private static final Path SELF = Path.of("/proc/self");

    /** Place of the start time, field 22, among the fields behind the name. */
    private static final int START_TIME = 19;

    private ProcessStart() {}

    /** That of the process with this directory in {@code /proc}; empty if it cannot be told. */
    public static String of(Path directory) {
        try {
            String stat = Files.readString(directory.resolve("stat"), StandardCharsets.ISO_8859_1);
            // The name, field 2, may hold anything.
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[START_TIME];
        } catch (IOException | IndexOutOfBoundsException ended) {
            return "";
        }
    }

    /** Whether this process began then, as far as it can tell. */
    static boolean isOfThisProcess(String start) {
        String own = of(SELF);
        return start.isEmpty() || own.isEmpty() || start.equals(own);
    }
}
