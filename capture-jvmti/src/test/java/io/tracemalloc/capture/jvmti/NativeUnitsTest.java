package io.tracemalloc.capture.jvmti;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The native units, tested by C++ programs that link the shipped sources, under sanitizers. */
final class NativeUnitsTest {

    private static final Path SOURCES = Path.of("src/main/cpp").toAbsolutePath();
    private static final Path TESTS = Path.of("src/test/cpp").toAbsolutePath();
    private static final long DEADLINE_MINUTES = 10;

    @TempDir
    private Path directory;

    private record Ended(int status, String output) {}

    @ParameterizedTest
    @ValueSource(strings = {"address,undefined", "thread"})
    void unitsKeepTheirPromises(String sanitizers) throws IOException, InterruptedException {
        assumeTrue(runs("cmake", "--version"), "no cmake here");
        assumeTrue(canSanitize(sanitizers), "no C++ compiler with -fsanitize=" + sanitizers + " here");
        Path build = directory.resolve("build");
        Ended configured = run(List.of(
                "cmake",
                "-S",
                SOURCES.toString(),
                "-B",
                build.toString(),
                "-DJAVA_HOME=" + System.getProperty("java.home"),
                "-DSANITIZE=" + sanitizers,
                "-DTESTS=" + sources()));
        assertThat(configured.status()).as(configured.output()).isZero();
        Ended built = run(List.of("cmake", "--build", build.toString(), "-j", "2"));
        assertThat(built.status()).as(built.output()).isZero();

        Ended units = run(List.of(build.resolve("units").toString()));

        assertThat(units.status()).as(units.output()).isZero();
        assertThat(units.output()).endsWith("all passed\n").doesNotContain("WARNING: ThreadSanitizer");
    }

    private static String sources() throws IOException {
        try (Stream<Path> files = Files.list(TESTS)) {
            return files.map(Path::toString)
                    .filter(name -> name.endsWith(".cpp"))
                    .sorted()
                    .collect(Collectors.joining(";"));
        }
    }

    private boolean canSanitize(String sanitizers) throws IOException, InterruptedException {
        Path program = directory.resolve("empty.cpp");
        Files.writeString(program, "int main() { return 0; }\n");
        Path executable = directory.resolve("empty");
        return runs("c++", "-fsanitize=" + sanitizers, program.toString(), "-o", executable.toString())
                && runs(executable.toString());
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return run(List.of(command)).status() == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    private static Ended run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("native-units", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(DEADLINE_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError(command + " still runs: " + Files.readString(output));
        }
        String text = Files.readString(output);
        Files.delete(output);
        return new Ended(process.exitValue(), text);
    }
}
