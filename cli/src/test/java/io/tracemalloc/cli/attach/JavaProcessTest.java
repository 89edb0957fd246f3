package io.tracemalloc.cli.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What stands in {@code /tmp} about a process. */
final class JavaProcessTest {

    private static final int NOBODY = 65_534;

    /** Another user's JVM had the same process id and was killed, or that user wants to mislead. */
    @Test
    void takesPerformanceDataOfItsOwnUserOnly() throws IOException {
        assumeTrue(
                Files.isDirectory(Path.of("/proc/self")) && JavaProcess.self().user() == 0, "needs root on Linux");
        Process sleeping = new ProcessBuilder("sleep", "300").start();
        Path directory = Files.createTempDirectory(Path.of("/tmp"), "hsperfdata_");
        Path file = Files.createFile(directory.resolve(Long.toString(sleeping.pid())));
        try {
            JavaProcess process = JavaProcess.of(sleeping.pid());

            assertThat(process.performanceData()).contains(file);
            Files.setAttribute(file, "unix:uid", NOBODY);
            assertThat(process.performanceData()).isEmpty();
        } finally {
            sleeping.destroyForcibly();
            Files.delete(file);
            Files.delete(directory);
        }
    }
}
