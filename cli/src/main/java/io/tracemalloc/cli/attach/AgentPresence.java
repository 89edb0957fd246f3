package io.tracemalloc.cli.attach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipFile;

/** Whether a JVM has loaded the agent: it keeps the agent's jar open. Asks the JVM nothing. */
final class AgentPresence {

    private static final String AGENT_CLASS = "io/tracemalloc/capture/bytebuddy/AgentMain.class";

    private AgentPresence() {}

    static boolean isLoaded(JavaProcess process) throws IOException {
        for (Path file : process.openFiles()) {
            if (isAgent(file)) {
                return true;
            }
        }
        return false;
    }

    /** The link may name a path in another root directory, or a deleted file; what it leads to is the open file itself. */
    private static boolean isAgent(Path file) {
        try {
            String name = Files.readSymbolicLink(file).toString();
            if (!name.endsWith(".jar") && !name.endsWith(".jar (deleted)")) {
                return false;
            }
            try (ZipFile jar = new ZipFile(file.toFile())) {
                return jar.getEntry(AGENT_CLASS) != null;
            }
        } catch (IOException | RuntimeException closedOrNoJar) {
            return false;
        }
    }
}
