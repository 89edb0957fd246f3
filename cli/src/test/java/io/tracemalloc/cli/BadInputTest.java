package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong, the answer is one line on standard error and an exit status, before any output. */
class BadInputTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "stats ~ missing required parameter: 'TARGET' (see 'tracemalloc stats --help')",
                "stats a b ~ one argument too many: b (see 'tracemalloc stats --help')",
                "stats --limt 3 a ~ unknown option --limt; did you mean --library or --limit? (see 'tracemalloc stats --help')",
                "stats a --limit -1 ~ --limit must be 0 or more, got -1",
                "stats a --limit x ~ invalid value for option '--limit': 'x' is not an int"
                        + " (see 'tracemalloc stats --help')",
                "stats a --metric all ~ invalid value for option '--metric': must be one of live, allocated, freed,"
                        + " peak, temporary, got 'all' (see 'tracemalloc stats --help')",
                "stats a --format xml ~ invalid value for option '--format': must be one of text, json, csv, markdown,"
                        + " got 'xml' (see 'tracemalloc stats --help')",
                "stats a --group-by color ~ grouping must be one of line, file, traceback, class, method, package,"
                        + " thread, host, domain, got color",
                "stats a --group-by class --cumulative ~ --cumulative works with line, file, method and package, not"
                        + " with class",
                "stats a --gc ~ --gc needs a running process; a snapshot file holds what was live when it was written"
                        + " (snapshot-gc=true collects before that)",
                "stats a --library x.* ~ --library says which classes --app leaves out; it needs --app",
                "stats a --include line=x ~ --include line=x: line must be a number of 0 or more, got x",
                "stats a --exclude color=x ~ --exclude color=x: filter key must be one of file, line, class, method,"
                        + " thread, host, domain or the flag all-frames, got color",
                "diff a ~ missing required parameter: 'NEW' (see 'tracemalloc diff --help')",
                "diff a b --fail-on size ~ --fail-on must be [total-](size|count)>[+]N[k|m|g|%] or grew>N[k|m|g|%], got"
                        + " 'size'; for example size>+10m, count>1000, grew>10%",
                "export a ~ missing required option: '--to=FORMAT' (see 'tracemalloc export --help')",
                "run ~ missing required parameter: 'COMMAND' (see 'tracemalloc run --help')",
                "run --frames 0x -- java ~ frames must be in 1..65535, got 0x",
                "run --live maybe -- java ~ live must be one of off, sampled, exact, got maybe",
                "completion fish ~ no completion for fish; there is one for bash and zsh",
                "help me ~ no command is named me; there are run, attach, detach, list, snapshot, status, start,"
                        + " stop, clear, reset-peak, stats, diff, leaks, traceback, tree, export, merge, top, collect,"
                        + " doctor, completion, help",
                "attach ~ missing required parameter: 'PID' (see 'tracemalloc attach --help')",
                "attach x ~ x: is no process id; 'tracemalloc list' shows those of JVMs",
                "attach 1 --frames 0 ~ frames must be in 1..65535, got 0",
                "attach 1 --timeout soon ~ --timeout must be a number of seconds of 1 or more, got soon",
                "detach x ~ x: is no process id; 'tracemalloc list' shows those of JVMs",
                "snapshot 1 ~ missing required option: '--output=FILE' (see 'tracemalloc snapshot --help')",
                "status x ~ x: is neither a process id nor an address (host:port, https://..., unix:/path)",
                "stop 1 --token-file t ~ --token-file is for network targets, not for process 1",
                "start 1 --live maybe ~ live must be one of off, sampled, exact, got maybe",
                "statz a ~ no command is named statz; did you mean stats or status or start? (see 'tracemalloc --help')",
                "statz --help ~ no command is named statz; did you mean stats or status or start?"
                        + " (see 'tracemalloc --help')",
                "merge a -o - ~ -o must name a file, got -; standard output is /dev/stdout",
                "run -o - -- java ~ -o must name a file, got -; standard output is /dev/stdout",
                "--colour ~ unknown option --colour; did you mean --color? (see 'tracemalloc --help')",
            })
    void tellsWrongUsageInOneLineWithStatus2(String arguments, String message) {
        CommandRun run = CommandRun.of(arguments.split(" "));

        assertThat(run.err()).isEqualTo("tracemalloc: " + message + "\n");
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void tellsAMissingFile() {
        String target = directory.resolve("none.pb.gz").toString();

        refuses(target, target + ": no such file");
    }

    @Test
    void tellsADirectory() {
        refuses(directory.toString(), directory + ": is a directory, not a snapshot file");
    }

    @Test
    void tellsAnEmptyFile() throws IOException {
        Path file = Files.createFile(directory.resolve("empty.pb.gz"));

        refuses(file.toString(), file + ": expected a snapshot, found an empty file");
    }

    @Test
    void tellsAForeignFile() throws IOException {
        Path file = Files.writeString(directory.resolve("notes.txt"), "Dear diary,\n");

        CommandRun run = CommandRun.of("stats", file.toString());

        assertThat(run.err()).startsWith("tracemalloc: " + file + ": ").hasLineCount(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(3);
    }

    @Test
    void tellsATruncatedFile() throws IOException {
        String whole = Samples.program().in(directory, "whole.pb.gz");
        byte[] bytes = Files.readAllBytes(Path.of(whole));
        Path file = Files.write(directory.resolve("half.pb.gz"), Arrays.copyOf(bytes, bytes.length / 2));

        CommandRun run = CommandRun.of("stats", file.toString());

        assertThat(run.err()).startsWith("tracemalloc: " + file + ": ").hasLineCount(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(3);
    }

    @Test
    void tellsAProcessThatIsNotThere() {
        refuses("999999999999", "999999999999: no such process");
    }

    @ParameterizedTest
    @CsvSource({"localhost:1", "127.0.0.1:1", "[::1]:1", "http://localhost:1", "https://localhost:1"})
    void takesAddressesForRunningTargets(String target) {
        CommandRun run = CommandRun.of("stats", target, "--timeout", "1");

        assertThat(run.err()).startsWith("tracemalloc: " + target + ": ").hasLineCount(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(3);
    }

    @Test
    void readsAFileWhoseNameIsANumber() {
        Samples.program().in(directory, "4711");

        assertThat(CommandRun.of("stats", directory.resolve("4711").toString()).status())
                .isZero();
    }

    @Test
    void spellsOutControlCharactersOfArguments() {
        CommandRun run = CommandRun.of("stats", "a\u001b[31m\nb");

        assertThat(run.err()).isEqualTo("tracemalloc: a\\x1b[31m\\nb: no such file\n");
    }

    @Test
    void showsHelpOnStandardErrorWithoutACommand() {
        CommandRun run = CommandRun.of();

        assertThat(run.err()).startsWith("Trace which source line").contains("Commands:\n  run ");
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(2);
    }

    private static void refuses(String target, String message) {
        CommandRun run = CommandRun.of("stats", target);

        assertThat(run.err()).isEqualTo("tracemalloc: " + message + "\n");
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(3);
    }
}
