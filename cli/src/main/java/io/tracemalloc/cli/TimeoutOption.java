package io.tracemalloc.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The one connection option of commands that take process ids only. */
final class TimeoutOption {

    @Option(
            names = "--timeout",
            order = 904,
            paramLabel = "SECONDS",
            description = "How long each step may take. Default: 10 to find the JVM, 60 for what it does.")
    private @Nullable String timeout;

    Map<String, String> settings() {
        return timeout == null ? Map.of() : Map.of("timeout", timeout);
    }
}
