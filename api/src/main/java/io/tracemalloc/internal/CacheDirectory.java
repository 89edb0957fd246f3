package io.tracemalloc.internal;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the tracer keeps what a later run can use again: {@code ~/.cache/tracemalloc}, or the directory that the
 * environment variable {@value #VARIABLE} names; {@code off} there means that nothing is kept.
 */
public final class CacheDirectory {

    /** The environment variable. */
    public static final String VARIABLE = "TRACEMALLOC_CACHE";

    private static final String OFF = "off";

    private CacheDirectory() {}

    /** The directory, whether it exists or not; null if nothing is to be kept: it is off, or the user has no home. */
    public static @Nullable Path path() {
        return path(System.getenv(VARIABLE), System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home"));
    }

    static @Nullable Path path(@Nullable String chosen, @Nullable String shared, @Nullable String home) {
        if (OFF.equals(chosen)) {
            return null;
        }
        if (chosen != null && !chosen.isEmpty()) {
            return Path.of(chosen);
        }
        if (shared != null && new File(shared).isAbsolute()) {
            return Path.of(shared, "tracemalloc");
        }
        // Of a user who is not in passwd the home is "?": that would be in the program's working directory.
        return home != null && new File(home).isAbsolute() ? Path.of(home, ".cache", "tracemalloc") : null;
    }

    /**
     * Whether what lies there is this user's or root's, and nobody else may write it. Root's will do, since an image of a
     * container may bring it along for a user who does not exist yet.
     */
    public static boolean isTrusted(Path path) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            // On Windows the lists of who may do what come down from the user's home.
            return true;
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode");
        return (mode & 0022) == 0 && ProcessUser.isOwnOrRoot(Files.getAttribute(path, ProcessUser.OWNER));
    }
}
