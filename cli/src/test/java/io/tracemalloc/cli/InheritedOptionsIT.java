package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tracemalloc.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import subject.Allocator;

/** Commands in the environment of a traced application, as {@code kubectl exec} has it. */
@DisabledOnOs(OS.WINDOWS)
class InheritedOptionsIT {

    @TempDir
    Path directory;

    private Path application;
    private byte[] written = {};

    @BeforeEach
    void writeTheApplicationsSnapshot() throws IOException {
        application = Path.of(Samples.program().in(directory, "app.pb.gz"));
        written = Files.readAllBytes(application);
    }

    @Test
    void leavesTheApplicationsSnapshotAsItIs() throws IOException, InterruptedException {
        Launched stats = inPod("JAVA_TOOL_OPTIONS", Launched.commandLine("stats", application.toString()));

        assertThat(application).hasBinaryContent(written);
        assertThat(stats.err()).startsWith("Picked up JAVA_TOOL_OPTIONS: ").hasLineCount(1);
        assertThat(stats.out()).contains("com/acme/Parser.java:42");
    }

    @Test
    void leavesItAsItIsWhereTheJarIsTheCommand() throws IOException, InterruptedException {
        List<String> command =
                List.of(Launched.tool("java"), "-jar", Launched.JAR.toString(), "stats", application.toString());

        Launched stats = inPod("JDK_JAVA_OPTIONS", command);

        assertThat(application).hasBinaryContent(written);
        assertThat(stats.out()).contains("com/acme/Parser.java:42");
    }

    @Test
    void runsACommandWithItsOwnOptions() throws IOException, InterruptedException {
        for (String variable : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")) {
            for (String program : List.of("java", "sh")) {
                Path file = directory.resolve(variable + "." + program + ".pb.gz");

                Launched run = inPod(variable, run(file, program));

                assertThat(run.err()).contains("tracemalloc: wrote " + file.getFileName());
                assertThat(run.err()).doesNotContain("the agent is loaded already");
                assertThat(Snapshot.load(file).columns().recordCount()).isPositive();
                assertThat(application).hasBinaryContent(written);
            }
        }
    }

    @Test
    void startsWithWhateverCollectorTheEnvironmentChooses() throws IOException, InterruptedException {
        assumeTrue(Files.exists(Path.of("/bin/bash")), "no bash here");
        String launcher = launcher();
        for (String options : List.of(
                "JAVA_TOOL_OPTIONS=-XX:+UseG1GC",
                "JDK_JAVA_OPTIONS='-Xmx100m -XX:+UseParallelGC'",
                "_JAVA_OPTIONS=-XX:+UseSerialGC")) {
            Launched stats = Launched.shell(directory, options + " " + launcher + " stats app.pb.gz");

            assertThat(stats.out()).contains("com/acme/Parser.java:42");
            assertThat(stats.err()).contains("Picked up ").hasLineCount(1);
        }
    }

    @Test
    void makesTheArchiveOfClassesWithoutTheOptionsOfOthers() throws IOException, InterruptedException {
        assumeTrue(Files.exists(Path.of("/bin/bash")), "no bash here");
        String agent = "-javaagent:" + Launched.JAR + "=25";

        Launched.shell(directory, "JAVA_TOOL_OPTIONS=" + Launched.quoted(agent) + " " + launcher() + " --version");

        assertThat(directory.resolve("cli/target/cds")).isDirectoryContaining("glob:**.jsa");
    }

    /** The launcher of a source tree in which the jar is built. */
    private String launcher() throws IOException {
        Path target = Files.createDirectories(directory.resolve("cli").resolve("target"));
        Files.copy(Launched.JAR, target.resolve("tracemalloc.jar"));
        Path script = Files.copy(Path.of("..", "tracemalloc"), directory.resolve("tracemalloc"));
        String home = System.getProperty("java.home");
        return "JAVA_HOME=" + Launched.quoted(home) + " /bin/bash " + Launched.quoted(script.toString());
    }

    private static List<String> run(Path file, String program) {
        List<String> java =
                List.of(Launched.tool("java"), "-cp", Launched.classes(), Allocator.class.getName(), "exit", "0");
        String[] run = {"run", "-o", file.toString(), "--"};
        List<String> command = new ArrayList<>(Launched.commandLine(run));
        command.addAll(program.equals("java") ? java : List.of("sh", "-c", Launched.quoted(java)));
        return command;
    }

    private Launched inPod(String variable, List<String> command) throws IOException, InterruptedException {
        String agent = "-javaagent:" + Launched.JAR + "=frames=25,snapshot-at-exit=" + application;
        return Launched.shell(directory, variable + "=" + Launched.quoted(agent) + " exec " + Launched.quoted(command));
    }
}
