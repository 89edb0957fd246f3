package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs shell commands in place of Java programs; the agent is a jar that nobody loads. */
@DisabledOnOs(OS.WINDOWS)
class RunCommandTest {

    /** Does what the agent does at exit, with a prepared snapshot: the shell reads the same options. */
    private static final String PLAYS_AGENT = """
            option() { echo "$JAVA_TOOL_OPTIONS" | sed "s/.*[=,]$1=\\\\([^,]*\\\\).*/\\\\1/"; }
            cp "$1" "$(option snapshot-at-exit)"
            option snapshot-at-exit > "$(option run-dir)/written-$$"
            """;

    @TempDir
    Path directory;

    @BeforeEach
    void makeAgentJar() throws IOException {
        Path jar = directory.resolve("agent.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", "none.Agent");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        System.setProperty("tracemalloc.jar", jar.toString());
    }

    @AfterEach
    void forgetAgentJar() {
        System.clearProperty("tracemalloc.jar");
    }

    @Test
    void returnsTheStatusOfTheCommand() {
        assertThat(CommandRun.of("run", "--", "sh", "-c", "exit 0").status()).isZero();
        assertThat(CommandRun.of("run", "--", "sh", "-c", "exit 3").status()).isEqualTo(3);
        assertThat(CommandRun.of("run", "sh", "-c", "exit 255").status()).isEqualTo(255);
    }

    @Test
    void returns128PlusTheSignalThatEndedTheCommand() {
        assertThat(CommandRun.of("run", "--", "sh", "-c", "kill -TERM $$").status())
                .isEqualTo(143);
    }

    @Test
    void saysWhyAKilledCommandLeftNoSnapshot() {
        CommandRun run = CommandRun.of("run", "--", "sh", "-c", "kill -KILL $$");

        assertThat(run.status()).isEqualTo(137);
        assertThat(run.err())
                .isEqualTo("tracemalloc: no snapshot: the command was killed (SIGKILL), which leaves no time to write;"
                        + " --snapshot-every writes before that\n");
    }

    @Test
    void saysWhyACommandWithoutJvmLeftNoSnapshot() {
        assertThat(CommandRun.of("run", "--", "true").err())
                .isEqualTo(
                        "tracemalloc: no snapshot: no JVM of this command wrote one; either none started, or it could"
                                + " not be traced and said so, or it ended by Runtime.halt or SIGKILL, or"
                                + " an already running daemon did the work\n");
    }

    @Test
    void returns127ForACommandThatDoesNotExist() {
        CommandRun run = CommandRun.of("run", "--", "/no/such/command", "-x");

        assertThat(run.err()).isEqualTo("tracemalloc: /no/such/command: command not found\n");
        assertThat(run.status()).isEqualTo(127);
    }

    @Test
    void returns126ForAFileThatIsNoProgram() throws IOException {
        String file = Files.writeString(directory.resolve("plain.txt"), "text").toString();

        CommandRun run = CommandRun.of("run", "--", file);

        assertThat(run.err()).isEqualTo("tracemalloc: " + file + ": Permission denied\n");
        assertThat(run.status()).isEqualTo(126);
    }

    @Test
    void leavesOptionsOfTheCommandToTheCommand() {
        assertThat(CommandRun.of(
                                "run",
                                "sh",
                                "-c",
                                "test \"$1\" = --help && test \"$2\" = -- && exit 7",
                                "x",
                                "--help",
                                "--")
                        .status())
                .isEqualTo(7);
    }

    @Test
    void handsTheAgentAndItsOptionsOn() throws IOException {
        Path seen = directory.resolve("seen");
        Path output = directory.resolve("out.pb.gz");

        CommandRun.in(
                false,
                Map.of("JAVA_TOOL_OPTIONS", "-Xint"),
                "run",
                "-o",
                output.toString(),
                "--live",
                "exact",
                "--threads",
                "--",
                "sh",
                "-c",
                "echo \"$JAVA_TOOL_OPTIONS\" > " + seen);

        assertThat(seen)
                .content()
                .matches("-javaagent:" + directory.resolve("agent.jar") + "=frames=25,live=exact,threads=true,"
                        + "snapshot-at-exit=" + output + ",default-metric=allocated,run-dir=\\S+ -Xint\n");
    }

    @Test
    void sumsUpAndNamesTheFileAndTheNextCommand() throws IOException {
        String prepared = Samples.program().in(directory, "prepared.pb.gz");
        Path output = directory.resolve("out.pb.gz");

        CommandRun run = CommandRun.of("run", "-o", output.toString(), "--", "sh", "-c", PLAYS_AGENT, "x", prepared);

        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines())
                .allMatch(line -> line.startsWith("tracemalloc:"))
                .element(0)
                .asString()
                .startsWith("tracemalloc: 585 KiB in 160 blocks allocated by 1 JVM in ");
        assertThat(run.err())
                .contains("tracemalloc:    583 KiB   99.7 %             100  com/acme/Parser.java:42\n")
                .contains("tracemalloc: wrote " + output + " (" + Files.size(output) + " bytes)\n")
                .endsWith("tracemalloc: next: tracemalloc stats " + output + " --app\n");
        assertThat(run.status()).isZero();
    }

    @Test
    void printsOnlyTheFilesWithNoSummary() {
        String prepared = Samples.program().in(directory, "prepared.pb.gz");
        String output = directory.resolve("out.pb.gz").toString();

        CommandRun run =
                CommandRun.of("run", "-o", output, "--no-summary", "--", "sh", "-c", PLAYS_AGENT, "x", prepared);

        assertThat(run.err().lines()).hasSize(2).first().asString().startsWith("tracemalloc: wrote " + output);
    }

    @Test
    void deletesTheFileThatNobodyAskedFor() throws IOException {
        String prepared = Samples.program().in(directory, "prepared.pb.gz");
        Path seen = directory.resolve("seen");

        CommandRun run = CommandRun.of(
                "run", "--", "sh", "-c", PLAYS_AGENT + "option snapshot-at-exit > " + seen + "; exit 5", "x", prepared);

        assertThat(run.err()).contains("585 KiB in 160 blocks").doesNotContain("wrote");
        assertThat(run.status()).isEqualTo(5);
        Path temporary = Path.of(Files.readString(seen).strip());
        assertThat(temporary).doesNotExist();
        assertThat(Objects.requireNonNull(temporary.getParent())).doesNotExist();
    }

    @Test
    void keepsTheStatusOfTheCommandWhenTheSummaryFails() throws IOException {
        String damaged = Files.writeString(directory.resolve("damaged.pb.gz"), "no snapshot")
                .toString();

        CommandRun run = CommandRun.of("run", "--", "sh", "-c", PLAYS_AGENT + "exit 4", "x", damaged);

        assertThat(run.err()).startsWith("tracemalloc: no summary: ").hasLineCount(1);
        assertThat(run.status()).isEqualTo(4);
    }

    @Test
    void checksTheTargetBeforeItLaunches() {
        Path launched = directory.resolve("launched");

        CommandRun toDirectory = CommandRun.of("run", "-o", directory.toString(), "--", "touch", launched.toString());
        CommandRun toNowhere =
                CommandRun.of("run", "-o", directory + "/none/x.pb.gz", "--", "touch", launched.toString());
        CommandRun toNothing = CommandRun.of("run", "-o", "", "--", "touch", launched.toString());

        assertThat(toDirectory.err()).isEqualTo("tracemalloc: " + directory + ": is a directory (-o names a file)\n");
        assertThat(toDirectory.status()).isEqualTo(3);
        assertThat(toNowhere.err())
                .isEqualTo("tracemalloc: " + directory + "/none/x.pb.gz: no such directory: " + directory + "/none\n");
        assertThat(toNowhere.status()).isEqualTo(3);
        assertThat(toNothing.err()).isEqualTo("tracemalloc: -o must name a file, got nothing\n");
        assertThat(toNothing.status()).isEqualTo(2);
        assertThat(launched).doesNotExist();
    }

    @Test
    void checksTheOptionsOfTheAgentBeforeItLaunches() {
        Path launched = directory.resolve("launched");

        CommandRun run = CommandRun.of("run", "--interval", "0", "--", "touch", launched.toString());

        assertThat(run.err()).isEqualTo("tracemalloc: interval must be 1 or more bytes, got 0\n");
        assertThat(run.status()).isEqualTo(2);
        assertThat(launched).doesNotExist();
    }

    @Test
    void refusesABackendThatNobodyHasHeardOf() {
        CommandRun run = CommandRun.of("run", "--backend", "magic", "--", "true");

        assertThat(run.err())
                .startsWith("tracemalloc: backend must be one of auto")
                .endsWith(", got magic\n");
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void saysThatTheAgentIsMissing() {
        System.clearProperty("tracemalloc.jar");

        CommandRun run = CommandRun.of("run", "--", "true");

        assertThat(run.err())
                .isEqualTo("tracemalloc: the agent is not here: this command line does not run from tracemalloc.jar\n");
        assertThat(run.status()).isEqualTo(3);
    }
}
