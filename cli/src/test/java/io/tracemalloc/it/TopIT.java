package io.tracemalloc.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A person at a terminal watches a traced program: tmux plays the terminal, send-keys and capture-pane the person. */
@DisabledOnOs(OS.WINDOWS)
final class TopIT {

    private static final long DEADLINE_SECONDS = 120;
    private static final Subject BUSY = Subject.of("known.Busy");
    private static final String SIZE = "100x20";

    @TempDir
    Path directory;

    private Forked.Running jvm;

    @BeforeEach
    void startProgram() {
        assumeTrue(hasTmux(), "no tmux here (Debian: tmux)");
        jvm = new Forked(JavaHome.of(17))
                .jvm("-Xmx64m", "-XX:+UseSerialGC")
                .agent("frames=4")
                .main(BUSY)
                .start();
        jvm.awaitOutput("out: busy");
    }

    @AfterEach
    void endAll() throws IOException, InterruptedException {
        if (jvm != null) {
            tmux("kill-server");
            Killed.kill(jvm.process());
        }
    }

    private static boolean hasTmux() {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, "tmux")));
    }

    @Test
    void showsSortsFiltersPausesFollowsTheSizeAndLeavesTheTerminalAsItWas() throws Exception {
        start();

        String lines =
                await("rates by line", screen -> screen.contains(line("arrays")) && screen.contains("allocates "));
        assertThat(lines.lines().toList().get(0)).contains(jvm.process().pid() + "  known.Busy  ");
        assertThat(lines).contains("by line, sorted by bytes/s: ");
        assertThat(lines.stripTrailing()).endsWith("? help");
        // 50 arrays of 1,016 bytes and 50 objects of 16 each, at the same times.
        assertThat(bytesPerSecond(lines, line("arrays"))).isGreaterThan(20 * bytesPerSecond(lines, line("objects")));

        type("g");
        await("classes", screen -> screen.contains("by class, sorted by bytes/s") && screen.contains("  byte[]"));
        type("o");
        await(
                "names in order",
                screen -> screen.contains("sorted by name")
                        && Pattern.compile("byte\\[].*known\\.Busy.*long\\[]", Pattern.DOTALL)
                                .matcher(screen)
                                .find());
        type("/", "long");
        await("the prompt", screen -> screen.stripTrailing().endsWith("filter: long_"));
        type("Enter");
        await("one class", screen -> screen.contains("filter long: 1 of ") && !screen.contains("  byte[]"));
        type("Space");
        await("pause", screen -> screen.lines().findFirst().orElse("").startsWith("[paused]"));

        tmux("resize-window", "-t", "top", "-x", "60", "-y", "12");
        String small = await(
                "a small screen",
                screen -> screen.lines().count() == 12 && screen.stripTrailing().endsWith("? he"));
        assertThat(small.lines()).allMatch(line -> line.length() <= 60);

        type("q");
        assertRestoredWithStatus(0);
    }

    @Test
    void leavesTheTerminalAsItWasOnASignal() throws Exception {
        start();
        await("rates", screen -> screen.contains("allocates "));

        String pid = Files.readString(directory.resolve("pid"), UTF_8).strip();
        assertThat(new ProcessBuilder("sh", "-c", "kill -TERM " + pid).start().waitFor())
                .isZero();

        assertRestoredWithStatus(0);
    }

    @Test
    void saysThatTheProgramHasEndedAndStaysUntilTheUserLeaves() throws Exception {
        start();
        await("rates", screen -> screen.contains("allocates "));

        Killed.kill(jvm.process());

        await(
                "trouble",
                screen -> screen.contains("by line")
                        && screen.contains(jvm.process().pid() + ": "));
        type("q");
        assertRestoredWithStatus(0);
    }

    /** Starts it in a shell that tells, when it is over, how it ended and what the terminal is like. */
    private void start() throws IOException, InterruptedException {
        List<String> top = new Forked(JavaHome.of(17))
                .jvm("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
                .with(Forked.agentJar())
                .arguments(
                        "io.tracemalloc.cli.Main",
                        "top",
                        Long.toString(jvm.process().pid()),
                        "--every",
                        "300ms")
                .command();
        String words =
                String.join(" ", top.stream().map(word -> "'" + word + "'").toList());
        String state = "stty -a | tr ' ;' '\\n\\n' | grep -E '^-?(icanon|echo|isig)$' | sort | tr '\\n' ' '";
        Path script = Files.writeString(
                directory.resolve("script.sh"),
                "echo before the command\nbefore=$(" + state + ")\nsh -c 'echo $$ > \"$0\"; exec \"$@\"' '"
                        + directory.resolve("pid") + "' " + words + "\nstatus=$?\nafter=$(" + state + ")\n"
                        + "[ \"$before\" = \"$after\" ] && echo \"ended $status, terminal as before\""
                        + " || echo \"ended $status, terminal was $before and is $after\"\nsleep 1000\n");
        String[] size = SIZE.split("x");
        assertThat(tmux("new-session", "-d", "-s", "top", "-x", size[0], "-y", size[1], "sh", script.toString()))
                .isEmpty();
    }

    private void type(String... keys) throws IOException, InterruptedException {
        for (String key : keys) {
            tmux("send-keys", "-t", "top", key);
        }
    }

    /** The screen before the command is back, with its end below. */
    private void assertRestoredWithStatus(int status) throws IOException, InterruptedException {
        String screen = await("the end", text -> text.contains("ended "));
        assertThat(screen.strip()).isEqualTo("before the command\nended " + status + ", terminal as before");
    }

    private String await(String what, Predicate<String> condition) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        String screen = tmux("capture-pane", "-p", "-t", "top");
        while (!condition.test(screen)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("never saw " + what + ":\n" + screen);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            screen = tmux("capture-pane", "-p", "-t", "top");
        }
        return screen;
    }

    /** Runs tmux with a server of this test alone. */
    private String tmux(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "tmux", "-f", "/dev/null", "-S", directory.resolve("tmux").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("TMUX", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return output;
    }

    private static String line(String marker) {
        return BUSY.fileName() + ':' + BUSY.lineOf(marker);
    }

    /** The first column of a row, in bytes. */
    private static double bytesPerSecond(String screen, String name) {
        String[] words = screen.lines()
                .filter(line -> line.endsWith("  " + name))
                .findFirst()
                .orElseThrow()
                .strip()
                .split(" +");
        return Double.parseDouble(words[0])
                * switch (words[1]) {
                    case "B" -> 1;
                    case "KiB" -> 1 << 10;
                    case "MiB" -> 1 << 20;
                    default -> throw new AssertionError(words[1]);
                };
    }
}
