package io.tracemalloc.storage.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bombs of 10 GB against a JVM of 64 MB. */
class SmallHeapTest {

    /** All 19 bombs; about 5 s, more on a busy machine. None reads more than a few hundred megabytes. */
    private static final int SECONDS = 120;

    @Test
    @Timeout(value = SECONDS, unit = TimeUnit.SECONDS)
    void bombsEndInOneLineEach() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallHeapMain.class.getName())
                .redirectErrorStream(true)
                .start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();

        assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
        assertThat(lines).hasSize(19).allMatch(line -> line.contains(": SnapshotFormatException: expected "));
        assertThat(lines)
                .contains(
                        "ZEROS gzip: SnapshotFormatException: expected a snapshot (pprof heap profile), found zero bytes",
                        "EMPTY_STRINGS gzip: SnapshotFormatException: expected a snapshot that fits into memory, found one"
                                + " that needs more than 30 MiB; a larger -Xmx may help");
        assertThat(lines)
                .anyMatch(line -> line.startsWith("UNKNOWN_FIELDS gzip") && line.contains("decompression bomb"));
    }
}
