package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.capture.bytebuddy.boot.Recorder;
import io.tracemalloc.internal.CacheDirectory;
import io.tracemalloc.internal.DaemonThreads;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Where the cache of instrumented classes lies: in {@link CacheDirectory}, one file per JVM and build of the agent. */
final class CacheFile {

    /** Fewer new classes are not worth a new file at the end of a run. */
    private static final int WORTH_WRITING = 8;

    /** Files of other JVMs and builds that were not written for so long are deleted. */
    private static final long KEPT_MILLIS = 30L * 24 * 60 * 60 * 1000;

    private static final AtomicBoolean SAVING = new AtomicBoolean();

    private CacheFile() {}

    /**
     * The cache for this JVM, this build, this kind of counting and this form of hooks; {@link TransformCache#none} if it
     * is switched off. Without a jar there is no telling what the byte code of an instrumented class depends on.
     */
    static TransformCache open(boolean exactCallers, HookForm form) {
        File jar = jar();
        Path directory = CacheDirectory.path();
        if (directory == null || jar == null) {
            return TransformCache.none();
        }
        String key = (exactCallers ? "callers " : "") + form + " " + key(jar);
        Path file = directory.resolve("classes-" + Long.toHexString(hash(key)) + ".bin");
        return TransformCache.open(file, key);
    }

    /** What the byte code of an instrumented class depends on. */
    private static String key(File jar) {
        return jar.getPath()
                + ' '
                + jar.length()
                + ' '
                + jar.lastModified()
                + '|'
                + System.getProperty("java.home")
                + '|'
                + System.getProperty("java.vm.version");
    }

    private static @Nullable File jar() {
        CodeSource source = CacheFile.class.getProtectionDomain().getCodeSource();
        try {
            File place = source == null ? null : new File(source.getLocation().toURI());
            return place != null && place.isFile() ? place : null;
        } catch (URISyntaxException | IllegalArgumentException noFile) {
            return null;
        }
    }

    private static long hash(String key) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    /** Writes what was learned when the JVM ends. A cache that cannot be written is no loss. */
    static void saveAtExit(TransformCache cache, SiteTable table) {
        if (!cache.isKept() || SAVING.getAndSet(true)) {
            return;
        }
        DaemonThreads.atExit("tracemalloc-cache", new Runnable() {
            @Override
            public void run() {
                Recorder.beginQuiet();
                try {
                    if (cache.added() >= WORTH_WRITING && cache.write(table.slotEnd(), table.siteEnd())) {
                        cache.deleteOlderThan(KEPT_MILLIS);
                    }
                } catch (IOException | RuntimeException | OutOfMemoryError notWritten) {
                    // The next run instruments again.
                } finally {
                    Recorder.endQuiet();
                }
            }
        });
    }
}
