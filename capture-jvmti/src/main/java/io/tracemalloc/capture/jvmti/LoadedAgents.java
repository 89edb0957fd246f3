package io.tracemalloc.capture.jvmti;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which libraries of other profilers a process has loaded. */
final class LoadedAgents {

    private static final Path MAPS = Path.of("/proc/self/maps");

    /** Part of the library's file name, and whose it is. */
    private static final String[][] KNOWN = {
        {"libasyncprofiler", "async-profiler"},
        {"libjavaprofiler", "the Datadog profiler"},
        {"libddprof", "the Datadog profiler"},
        {"pyroscope", "Pyroscope"},
        {"libyjpagent", "YourKit"},
        {"libjprofilerti", "JProfiler"},
        {"intellij", "the profiler of IntelliJ IDEA"}
    };

    private LoadedAgents() {}

    /** Who probably samples allocations in this process, for a message; never empty. */
    static String likelyHolder() {
        List<String> found = of(maps());
        return found.isEmpty() ? "an agent that was loaded before" : "probably " + String.join(" or ", found);
    }

    /** The file of a library of ours that this process has loaded, with {@code -agentpath} for one; null if none. */
    static @Nullable String own() {
        return own(maps());
    }

    /** The same among a process's memory maps. */
    static @Nullable String own(List<String> maps) {
        for (String line : maps) {
            String path = path(line);
            if (path.substring(path.lastIndexOf('/') + 1).startsWith("libtracemalloc") && path.endsWith(".so")) {
                return path;
            }
        }
        return null;
    }

    /* Where there is no such file, nothing is known. */
    private static List<String> maps() {
        try {
            return Files.readAllLines(MAPS, StandardCharsets.UTF_8);
        } catch (IOException noMaps) {
            return List.of();
        }
    }

    private static String path(String line) {
        int slash = line.indexOf('/');
        return slash < 0 ? "" : line.substring(slash);
    }

    /** The known ones among a process's memory maps, each with its file. */
    static List<String> of(List<String> maps) {
        List<String> found = new ArrayList<>();
        for (String line : maps) {
            String path = path(line);
            String file = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
            for (String[] known : KNOWN) {
                String text = known[1] + " (" + path + ")";
                if (file.contains(known[0]) && !found.contains(text)) {
                    found.add(text);
                }
            }
        }
        return found;
    }
}
