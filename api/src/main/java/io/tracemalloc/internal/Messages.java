package io.tracemalloc.internal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.function.Consumer;

/**
 * The tracer's own lines on standard error, each beginning {@code tracemalloc:}.
 *
 * <p>They go to the descriptor itself and not through {@link System#err}: an application may have replaced that, or may
 * hold its lock while it waits for the JVM to end. Safe for any thread.
 */
public final class Messages implements Consumer<String> {

    /** {@link #print} as an object. */
    static final Consumer<String> ON_STANDARD_ERROR = new Messages();

    private static final FileOutputStream STANDARD_ERROR = new FileOutputStream(FileDescriptor.err);

    private Messages() {}

    @Override
    public void accept(String message) {
        print(message);
    }

    /** Prints one line. */
    public static void print(String message) {
        String line = "tracemalloc: " + message.strip().replaceAll("\\s*[\\r\\n]+\\s*", " ") + System.lineSeparator();
        try {
            STANDARD_ERROR.write(line.getBytes(Charset.defaultCharset()));
        } catch (IOException nowhereToTell) {
            // Standard error is closed or full; there is no other place, and the application must not notice.
        }
    }
}
