package io.tracemalloc.capture.jvmti;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
        try {
            List<String> found = of(Files.readAllLines(MAPS, StandardCharsets.ISO_8859_1));
            return found.isEmpty() ? "an agent that was loaded before" : "probably " + String.join(" or ", found);
        } catch (IOException noMaps) {
            return "an agent that was loaded before";
        }
    }

    /** The known ones among a process's memory maps, each with its file. */
    static List<String> of(List<String> maps) {
        List<String> found = new ArrayList<>();
        for (String line : maps) {
            int slash = line.indexOf('/');
            String path = slash < 0 ? "" : line.substring(slash);
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
