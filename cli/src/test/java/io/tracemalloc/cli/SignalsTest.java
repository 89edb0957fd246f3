package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sends signals to a command line in a JVM of its own, whose command answers each with a status of its own. */
@DisabledOnOs(OS.WINDOWS)
class SignalsTest {

    private static final String ANSWERS_SIGNALS =
            "trap 'exit 41' INT; trap 'exit 42' TERM; trap 'exit 43' HUP; echo ready; while :; do sleep 0.05; done";

    @TempDir
    Path directory;

    @ParameterizedTest
    @Timeout(60)
    @CsvSource({"HUP, 1, 43", "INT, 2, 41", "TERM, 15, 42"})
    void reachTheCommandWhoseStatusWins(String signal, int number, int status)
            throws IOException, InterruptedException {
        assumeFalse(isIgnored(number), "a background job ignores this signal, and hands that down");
        Process commandLine = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SignalledMain.class.getName(),
                        ANSWERS_SIGNALS)
                .redirectError(directory.resolve("errors").toFile())
                .start();

        awaitLine(commandLine, "ready");
        new ProcessBuilder("sh", "-c", "kill -" + signal + " " + commandLine.pid())
                .start()
                .waitFor();

        assertThat(commandLine.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(commandLine.exitValue()).isEqualTo(status);
    }

    private static boolean isIgnored(int number) throws IOException {
        Path self = Path.of("/proc/self/status");
        if (!Files.exists(self)) {
            return false;
        }
        String mask = Files.readAllLines(self).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .map(line -> line.substring("SigIgn:".length()).strip())
                .findFirst()
                .orElse("0");
        return (Long.parseUnsignedLong(mask, 16) & 1L << (number - 1)) != 0;
    }

    private static void awaitLine(Process process, String expected) throws IOException {
        Reader reader = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8);
        StringBuilder line = new StringBuilder();
        int c = reader.read();
        while (c >= 0 && c != '\n') {
            line.append((char) c);
            c = reader.read();
        }
        assertThat(line).hasToString(expected);
    }

    /** Runs its argument in a shell as {@code run} does. */
    static final class SignalledMain {

        private SignalledMain() {}

        public static void main(String[] args) {
            Launch launch = new Launch(List.of("sh", "-c", args[0]), Map.of());
            Terminal terminal = new Terminal(
                    new PrintWriter(System.out, false, StandardCharsets.UTF_8),
                    new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                    false,
                    false,
                    Map.of());
            System.exit(Child.run(launch, terminal).exitStatus());
        }
    }
}
