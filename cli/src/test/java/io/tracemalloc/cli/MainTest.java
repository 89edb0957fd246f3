package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    @TempDir
    Path directory;

    @Test
    void endsQuietlyWhenTheReaderLeaves() {
        CommandRun run = printTo("Broken pipe");

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void tellsThatStandardOutputIsFull() {
        CommandRun run = printTo("No space left on device");

        assertThat(run.err()).isEqualTo("tracemalloc: standard output: No space left on device\n");
        assertThat(run.status()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "--version", "stats --help", "help stats", "completion"})
    void tellsThatHelpCannotBePrinted(String arguments) {
        CommandRun run = printTo("No space left on device", arguments.split(" "));

        assertThat(run.err()).isEqualTo("tracemalloc: standard output: No space left on device\n");
        assertThat(run.status()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"diff", "leaks"})
    void checksThoughTheReaderLeaves(String command) {
        String little = Samples.exact().add("byte[]", 1, 1_000, Samples.PARSE).in(directory, "little.pb.gz");
        String much = Samples.exact().add("byte[]", 9, 9_000, Samples.PARSE).in(directory, "much.pb.gz");

        CommandRun run = printTo("Broken pipe", command, little, much, "--fail-on", "size>+1k");

        assertThat(run.err()).contains("tracemalloc: check failed: com/acme/Parser.java:42: size grew from ");
        assertThat(run.status()).isEqualTo(1);
    }

    /** Prints statistics to a stream that refuses every byte. */
    private CommandRun printTo(String failure) {
        return printTo(failure, "stats", Samples.program().in(directory, "app.pb.gz"));
    }

    private static CommandRun printTo(String failure, String... args) {
        OutputStream refusing = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(failure);
            }
        };
        StringWriter err = new StringWriter();
        Terminal terminal = new Terminal(
                new PrintWriter(new ResultStream(refusing), false, StandardCharsets.UTF_8),
                new PrintWriter(err),
                false,
                false,
                Map.of());
        int status = Main.run(terminal, args);
        return new CommandRun(status, "", err.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "attach",
                "detach",
                "list",
                "snapshot",
                "status",
                "start",
                "stop",
                "clear",
                "reset-peak",
                "stats",
                "diff",
                "leaks",
                "traceback",
                "tree",
                "export",
                "merge",
                "top",
                "collect",
                "doctor",
                "completion"
            })
    void helpsWithExamplesForEveryCommand(String command) {
        CommandRun asked = CommandRun.of(command, "--help");
        CommandRun told = CommandRun.of("help", command);

        assertThat(asked.out())
                .contains("Usage: tracemalloc " + command)
                .contains("Examples:\n  ")
                .isEqualTo(told.out());
        assertThat(asked.out().lines()).allMatch(line -> line.length() <= 100);
        assertThat(asked.status()).isZero();
        assertThat(told.status()).isZero();
    }

    @Test
    void listsEveryAgentOptionInTheHelpOfRun() {
        assertThat(CommandRun.of("run", "--help").out())
                .contains(
                        "--frames=N", "1..65535. Default: 25.", "--live=off|sampled|exact", "--snapshot-every=DURATION")
                .contains("--default-metric=live|allocated", "Default: allocated.")
                .contains("%p is the process id")
                .doesNotContain("--run-dir", "--snapshot-at-exit");
    }

    @Test
    void completesCommandsOptionsAndTheirWords() {
        CommandRun run = CommandRun.of("completion");

        assertThat(run.out())
                .startsWith("#!/usr/bin/env bash")
                .contains("--group-by", "\"line\" \"file\" \"traceback\"", "--snapshot-every", "complete -F")
                .contains("\"collapsed\" \"json\" \"csv\"", "\"off\" \"sampled\" \"exact\"", "\"bash\" \"zsh\"");
        assertThat(run.status()).isZero();
    }

    @Test
    void showsItsVersion() {
        CommandRun run = CommandRun.of("--version");

        assertThat(run.out()).matches("tracemalloc .+\n");
        assertThat(run.status()).isZero();
    }
}
