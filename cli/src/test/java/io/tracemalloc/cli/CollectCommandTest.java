package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class CollectCommandTest {

    @TempDir
    Path directory;

    private final FakeJvms jvms = new FakeJvms();

    @AfterEach
    void letHangingThreadsEnd() {
        jvms.release();
    }

    private static Snapshot snapshot(long bytes) {
        return Samples.exact().add("byte[]", 1, bytes, Samples.PARSE).snapshot();
    }

    private CommandRun collect(String... arguments) {
        Map<String, Function<Terminal, Object>> commands = Main.commands();
        commands.put("collect", terminal -> new CollectCommand(terminal, Optional.of(jvms)));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), false, false, Map.of());
        String[] all = Stream.concat(Stream.of("collect", "-o", snapshots().toString()), Arrays.stream(arguments))
                .toArray(String[]::new);
        int status = Main.run(terminal, commands, all);
        return new CommandRun(status, out.toString(), err.toString());
    }

    private Path snapshots() {
        return directory.resolve("snapshots");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(snapshots())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(".collect.lock"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void writesASnapshotOfEachTargetOnce() throws IOException {
        jvms.has("4711", snapshot(100)).has("web-1:9000", snapshot(200));

        CommandRun run = collect("4711", "web-1:9000");

        assertThat(run.status()).isZero();
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line).matches("tracemalloc: round 1: 2 of 2 targets, .* bytes in .*"),
                        line -> assertThat(line)
                                .matches("tracemalloc: collected 2 snapshots \\(.* bytes\\) of 2 targets in 1 round"));
        assertThat(files())
                .satisfiesExactly(
                        name -> assertThat(name).matches("4711-\\d{8}T\\d{6}\\.\\d{3}Z\\.pb\\.gz"),
                        name -> assertThat(name).matches("web-1@9000-\\d{8}T\\d{6}\\.\\d{3}Z\\.pb\\.gz"));
        assertThat(Snapshot.load(snapshots().resolve(files().get(0))).totalBytes(Metric.ALLOCATED))
                .isEqualTo(100);
    }

    @Test
    void aTargetThatHangsAndOneThatIsDownHoldUpNoOther() throws IOException {
        List<String> well =
                IntStream.range(0, 20).mapToObj(i -> "web-" + i + ":1").toList();
        well.forEach(target -> jvms.has(target, snapshot(10)));
        jvms.hangs("hung:1");
        String[] arguments = Stream.concat(
                        Stream.of("--deadline", "300ms", "--parallel", "2", "hung:1", "down:1"), well.stream())
                .toArray(String[]::new);

        CommandRun run = collect(arguments);

        assertThat(run.status()).isEqualTo(3);
        assertThat(files()).hasSize(20).allMatch(name -> name.startsWith("web-"));
        assertThat(jvms.mostAtATime()).isLessThanOrEqualTo(3);
        assertThat(run.err().lines())
                .contains(
                        "tracemalloc: down:1: connection refused; will be tried again, first in 1.0 s"
                                .replace("1.0", "1"),
                        "tracemalloc: hung:1: no answer within 300 ms; will be tried again, first in 1 s",
                        "tracemalloc: not reached: down:1 (connection refused)",
                        "tracemalloc: not reached: hung:1 (still has not answered)");
        assertThat(jvms.asked("down:1")).isEqualTo(3);
        assertThat(jvms.asked("hung:1")).isEqualTo(1);
    }

    @Test
    void saysWhenATargetIsBack() {
        AtomicInteger asked = new AtomicInteger();
        byte[] bytes = FakeJvms.bytes(snapshot(10));
        jvms.answers("web-1:1", out -> {
            if (asked.incrementAndGet() < 3) {
                throw new IOException("connection reset");
            }
            out.write(bytes);
        });

        CommandRun run = collect("web-1:1");

        assertThat(run.status()).isZero();
        assertThat(run.err().lines())
                .startsWith(
                        "tracemalloc: web-1:1: connection reset; will be tried again, first in 1 s",
                        "tracemalloc: web-1:1: back after 2 failed tries")
                .anyMatch(line -> line.endsWith("of 1 target in 1 round; 2 tries failed"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cut | sent a damaged snapshot",
                "text | sent something else than a snapshot",
                "none | sent an empty answer"
            })
    void keepsNothingThatIsNotAWholeSnapshot(String what, String reason) throws IOException {
        byte[] whole = FakeJvms.bytes(snapshot(10));
        jvms.sends(
                "bad:1",
                switch (what) {
                    case "cut" -> Arrays.copyOf(whole, whole.length - 5);
                    case "text" -> "<html>Not found</html>".getBytes(java.nio.charset.StandardCharsets.UTF_8);
                    default -> new byte[0];
                });

        CommandRun run = collect("bad:1");

        assertThat(run.status()).isEqualTo(3);
        assertThat(run.err()).startsWith("tracemalloc: bad:1: " + reason);
        assertThat(files()).isEmpty();
    }

    @Test
    void collectsRoundAfterRoundKeepsTheNewestAndAddsThemUp() throws IOException {
        jvms.has("a:1", snapshot(100)).has("b:1", snapshot(200));
        Path list = Files.writeString(directory.resolve("jvms.txt"), "# ours\n\n a:1   # first\nb:1\na:1\n");
        Path sum = directory.resolve("sum.pb.gz");

        CommandRun run = collect(
                "--targets",
                list.toString(),
                "--every",
                "300ms",
                "--rounds",
                "4",
                "--keep",
                "2",
                "--merge",
                sum.toString());

        assertThat(run.status()).isZero();
        assertThat(run.err())
                .containsPattern("collected [2-8] snapshots .* of 2 targets in 4 rounds")
                .contains("round 4: 2 of 2 targets");
        assertThat(files()).hasSizeBetween(2, 4);
        assertThat(CommandRun.of("stats", sum.toString(), "--group-by", "host").out())
                .isEqualTo("b:1: size=200 B, count=1, average=200 B\na:1: size=100 B, count=1, average=100 B\n");
    }

    @Test
    void succeedsWithEveryIfAnyTargetWasEverReached() {
        jvms.has("a:1", snapshot(100));

        assertThat(collect("a:1", "down:1", "--every", "50ms", "--rounds", "2").status())
                .isZero();
        assertThat(collect("down:1", "--every", "50ms", "--rounds", "2").status())
                .isEqualTo(3);
    }

    @Test
    void clearsAwayWhatAKilledCollectorLeft() throws IOException {
        Files.createDirectories(snapshots());
        Files.writeString(snapshots().resolve(".collect-5f0c"), "half a snap");
        Files.writeString(snapshots().resolve("notes.txt"), "mine");
        jvms.has("a:1", snapshot(100));

        collect("a:1", "--keep", "1");

        assertThat(files()).hasSize(2).contains("notes.txt").doesNotContain(".collect-5f0c");
    }

    @Test
    void refusesADirectoryThatAnotherCollectorFills() throws IOException {
        try (SnapshotDirectory other = SnapshotDirectory.open(snapshots())) {
            CommandRun run = collect("a:1");

            assertThat(run.err())
                    .isEqualTo("tracemalloc: " + other.path()
                            + ": cannot collect into it: another collector writes there\n");
            assertThat(run.status()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                " ~ nothing to collect from: name a TARGET, --targets FILE or --dns NAME:PORT",
                "a:1 --parallel 0 ~ --parallel must be 1 or more, got 0",
                "a:1 --rounds 3 ~ --rounds needs --every: how long to wait between two rounds",
                "a:1 --every 0s ~ invalid value for option '--every': must be a duration such as 500ms, 10s, 5m, 1h or 7d,"
                        + " got '0s' (see 'tracemalloc collect --help')",
                "--dns web ~ --dns must be NAME:PORT, got web",
                "--dns web:70000 ~ --dns must be NAME:PORT, got web:70000",
                "a:1 --forward pyroscope ~ --forward must be a URL such as http://pyroscope:4040, got pyroscope",
                "a:1 --forward http://me:secret@h ~ --forward must not have a password in it: others see command lines;"
                        + " --forward-auth FILE takes it",
                "a:1 --forward-auth f ~ --forward-auth is for --forward URL, which is missing",
                "a:1 --forward-queue 3t ~ invalid value for option '--forward-queue': must be a number of bytes such as"
                        + " 512k, 64m or 2g, got '3t' (see 'tracemalloc collect --help')",
            })
    void tellsWrongUsageInOneLine(String arguments, String message) {
        CommandRun run = collect(arguments == null ? new String[0] : arguments.split(" "));

        assertThat(run.err()).isEqualTo("tracemalloc: " + message + "\n");
        assertThat(run.status()).isEqualTo(2);
        assertThat(snapshots()).doesNotExist();
    }

    @Test
    void tellsAListThatIsNotThere() {
        CommandRun run = collect("--targets", directory.resolve("none.txt").toString());

        assertThat(run.err())
                .isEqualTo("tracemalloc: " + directory.resolve("none.txt") + ": no such file or directory\n");
        assertThat(run.status()).isEqualTo(3);
    }
}
