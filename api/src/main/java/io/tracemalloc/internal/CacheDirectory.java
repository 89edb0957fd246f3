package io.tracemalloc.internal;

import java.nio.file.Path;

/**
 * Where the tracer keeps what a later run can use again: {@code ~/.cache/tracemalloc}, or the directory that the
 * environment variable {@value #VARIABLE} names; {@code off} there means that nothing is kept.
 */
public final class CacheDirectory {

    /** The environment variable. */
    public static final String VARIABLE = "TRACEMALLOC_CACHE";

    private static final String OFF = "off";

    private CacheDirectory() {}

    /** The directory, whether it exists or not. */
    public static Path path() {
        String chosen = System.getenv(VARIABLE);
        if (chosen != null && !chosen.isEmpty() && !chosen.equals(OFF)) {
            return Path.of(chosen);
        }
        String shared = System.getenv("XDG_CACHE_HOME");
        return shared != null && !shared.isEmpty()
                ? Path.of(shared, "tracemalloc")
                : Path.of(System.getProperty("user.home", "."), ".cache", "tracemalloc");
    }

    /** Whether nothing is to be kept. */
    public static boolean isOff() {
        return OFF.equals(System.getenv(VARIABLE));
    }
}
