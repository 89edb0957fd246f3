package io.tracemalloc.jmh;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.text.ParseException;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;

/** What sampling peers need on disk. */
final class Peers {

    private static final String HEAP_EVENTS = """
            <?xml version="1.0" encoding="UTF-8"?>
            <configuration version="2.0">
              <event name="jdk.ObjectAllocationSample">
                <setting name="enabled">true</setting>
                <setting name="stackTrace">true</setting>
                <setting name="throttle">300/s</setting>
              </event>
              <event name="jdk.OldObjectSample">
                <setting name="enabled">true</setting>
                <setting name="stackTrace">true</setting>
                <setting name="cutoff">0 ns</setting>
              </event>
            </configuration>
            """;

    private Peers() {}

    /** Settings of Flight Recorder for its allocation events alone. */
    static String heapEvents() {
        try {
            Path file = Path.of(Forks.scratch("heap.jfc"));
            Files.writeString(file, HEAP_EVENTS);
            file.toFile().deleteOnExit();
            return file.toString();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A recording with these settings, not started. */
    static Recording heapRecording() throws IOException {
        try {
            return new Recording(Configuration.create(new StringReader(HEAP_EVENTS)));
        } catch (ParseException invalid) {
            throw new IOException(invalid);
        }
    }

    /** The option that loads async-profiler. */
    static String asyncProfiler(String options) {
        return "-agentpath:" + asyncProfilerLibrary() + "=start,jfr," + options;
    }

    private static Path asyncProfilerLibrary() {
        String platform = System.getProperty("os.name").startsWith("Mac")
                ? "macos"
                : System.getProperty("os.arch").equals("aarch64") ? "linux-arm64" : "linux-x64";
        Path library = Path.of(Forks.scratch("libasyncProfiler.so"));
        if (Files.exists(library)) {
            return library;
        }
        try (JarFile jar = new JarFile(Forks.program("async-profiler"))) {
            ZipEntry entry = jar.getEntry(platform + "/libasyncProfiler.so");
            if (entry == null) {
                throw new IllegalStateException("async-profiler has no library for " + platform);
            }
            try (InputStream in = jar.getInputStream(entry)) {
                Files.copy(in, library, StandardCopyOption.REPLACE_EXISTING);
            }
            library.toFile().deleteOnExit();
            return library;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
