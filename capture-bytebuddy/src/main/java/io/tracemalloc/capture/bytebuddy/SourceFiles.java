package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.internal.Names;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files of stack frames. The JVM has none for a method that runs on in an old version of its class, as {@code main}
 * does when tracing starts below it: there its class tells. Not safe for several threads.
 */
final class SourceFiles {

    private final SiteTable table;
    private @Nullable Map<String, String> byClass;

    SourceFiles(SiteTable table) {
        this.table = table;
    }

    /** Package path and source file, as {@link Names} gives them. */
    String of(StackTraceElement frame) {
        String className = Names.className(frame.getClassName());
        String file = frame.getFileName();
        if (file != null) {
            return Names.fileName(className, file);
        }
        Map<String, String> known = byClass;
        if (known == null) {
            known = table.fileNames();
            byClass = known;
        }
        return known.getOrDefault(className, Names.fileName(className, null));
    }
}
