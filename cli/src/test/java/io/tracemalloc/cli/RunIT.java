package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.statistic.GroupBy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import subject.Allocator;

/** {@code run} with the real agent and real JVMs. */
@DisabledOnOs(OS.WINDOWS)
class RunIT {

    private static final String OWN_LINE = "the program's own line";

    @TempDir
    Path directory;

    @Test
    void countsEveryBlockOfAJavaCommandAndKeepsItsStatus() throws IOException, InterruptedException {
        Launched run = run(
                "-o",
                "app.pb.gz",
                "--",
                Launched.tool("java"),
                "-cp",
                Launched.classes(),
                Allocator.class.getName(),
                "exit",
                "7");

        assertThat(run.status()).as(run.toString()).isEqualTo(7);
        assertThat(allocated(directory.resolve("app.pb.gz"))).isEqualTo(Allocator.BLOCKS);
        assertThat(run.err())
                .contains("allocated by 1 JVM in ", "tracemalloc: wrote app.pb.gz (")
                .endsWith("tracemalloc: next: tracemalloc stats app.pb.gz --app\n");
    }

    @Test
    void leavesStandardOutputAloneAndAddsOnlyItsOwnLinesToErrors() throws IOException, InterruptedException {
        List<String> program =
                List.of(Launched.tool("java"), "-cp", Launched.classes(), Allocator.class.getName(), "exit", "0");
        Launched untraced = Launched.of(directory, program);

        Launched traced = Launched.of(directory, words(Launched.commandLine("run", "--"), program));

        assertThat(traced.out()).isEqualTo(untraced.out()).isEqualTo("allocated 1234\n");
        assertThat(traced.err().lines().filter(line -> !line.startsWith("tracemalloc:")))
                .containsExactly(OWN_LINE);
        assertThat(snapshots()).isEmpty();
    }

    @Test
    void tracesEveryJvmBelowAScriptAndListsAllFiles() throws IOException, InterruptedException {
        String java =
                Launched.quoted(List.of(Launched.tool("java"), "-cp", Launched.classes(), Allocator.class.getName()));

        Launched run = run("-o", "app.pb.gz", "--", "sh", "-c", java + " exit 0; " + java + " exit 5");

        assertThat(run.status()).as(run.toString()).isEqualTo(5);
        assertThat(run.err()).contains("allocated by 2 JVMs in ");
        assertThat(snapshots())
                .hasSize(2)
                .contains("app.pb.gz")
                .allMatch(name -> name.matches("app(\\.\\d+)?\\.pb\\.gz"));
        for (String name : snapshots()) {
            assertThat(run.err()).contains("tracemalloc: wrote " + name + " (");
            assertThat(allocated(directory.resolve(name))).isEqualTo(Allocator.BLOCKS);
        }
    }

    @Test
    @Timeout(120)
    void tellsWhichJvmOutlivesTheCommand() throws IOException, InterruptedException {
        String java =
                Launched.quoted(List.of(Launched.tool("java"), "-cp", Launched.classes(), Allocator.class.getName()));
        String daemon = java + " sleep > daemon.txt 2>&1 & until grep -q 'own line' daemon.txt; do sleep 0.1; done";

        Launched run = run("-o", "app.pb.gz", "--", "sh", "-c", daemon + "; " + java + " exit 0");

        Matcher line = Pattern.compile(
                        "tracemalloc: process (\\d+) still runs: 'tracemalloc stats \\1 --app' reads it now,"
                                + " and it writes its file when it ends\n")
                .matcher(run.err());
        assertThat(line.find()).as(run.toString()).isTrue();
        ProcessHandle process = ProcessHandle.of(Long.parseLong(line.group(1))).orElseThrow();
        assertThat(run.err()).contains("allocated by 1 JVM in ", "tracemalloc: wrote app.pb.gz (");
        assertThat(snapshots()).containsExactly("app.pb.gz");
        process.destroy();
        process.onExit().join();
        assertThat(allocated(directory.resolve("app." + process.pid() + ".pb.gz")))
                .isEqualTo(Allocator.BLOCKS);
    }

    @Test
    void tracesAJdkToolWithoutANoticeOfTheJvm() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("Hello.java"), "class Hello { int[] field = {1, 2, 3}; }");

        Launched run = run("-o", "javac.pb.gz", "--", Launched.tool("javac"), "Hello.java");

        assertThat(run.status()).as(run.toString()).isZero();
        assertThat(directory.resolve("Hello.class")).exists();
        assertThat(run.err().lines()).isNotEmpty().allMatch(line -> line.startsWith("tracemalloc:"));
        assertThat(run.err()).contains("com/sun/tools/javac/");
    }

    @Test
    @Timeout(120)
    void passesSigtermOnAndStillWritesTheSnapshot() throws IOException, InterruptedException {
        Path out = directory.resolve("out.txt");
        Path err = directory.resolve("err.txt");
        Process process = Launched.start(
                directory,
                Launched.commandLine(
                        "run",
                        "-o",
                        "app.pb.gz",
                        "--",
                        Launched.tool("java"),
                        "-cp",
                        Launched.classes(),
                        Allocator.class.getName(),
                        "sleep"),
                out,
                err);
        while (!Files.readString(err).contains(OWN_LINE) && process.isAlive()) {
            Thread.onSpinWait();
        }

        process.destroy();
        Launched run = Launched.ended(process, out, err);

        assertThat(run.status()).as(run.toString()).isEqualTo(143);
        assertThat(allocated(directory.resolve("app.pb.gz"))).isEqualTo(Allocator.BLOCKS);
    }

    @Test
    void saysThatAHaltedProgramLeftNoSnapshot() throws IOException, InterruptedException {
        Launched run = run(
                "-o",
                "app.pb.gz",
                "--",
                Launched.tool("java"),
                "-cp",
                Launched.classes(),
                Allocator.class.getName(),
                "halt");

        assertThat(run.status()).isZero();
        assertThat(run.err()).contains("tracemalloc: no snapshot: no JVM of this command wrote one");
        assertThat(snapshots()).isEmpty();
    }

    @Test
    void takesPathsWithBlanksAndCommas() throws IOException, InterruptedException {
        Path odd = Files.createDirectory(directory.resolve("a dir, \"with\" it's name"));
        String java = Launched.quoted(
                List.of(Launched.tool("java"), "-cp", Launched.classes(), Allocator.class.getName(), "exit", "0"));

        Launched run = run("-o", odd.resolve("x.pb.gz").toString(), "--", "sh", "-c", java);

        assertThat(run.status()).as(run.toString()).isZero();
        assertThat(allocated(odd.resolve("x.pb.gz"))).isEqualTo(Allocator.BLOCKS);
    }

    @Test
    void endsTheLaunchForABadAgentOption() throws IOException, InterruptedException {
        Launched run = Launched.of(
                directory,
                List.of(
                        Launched.tool("java"),
                        "-javaagent:" + Launched.JAR + "=frames=0x",
                        "-cp",
                        Launched.classes(),
                        Allocator.class.getName(),
                        "exit",
                        "0"));

        assertThat(run.err()).isEqualTo("tracemalloc: frames must be in 1..65535, got 0x\n");
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(1);
    }

    private Launched run(String... args) throws IOException, InterruptedException {
        return Launched.of(directory, words(Launched.commandLine("run"), List.of(args)));
    }

    private static List<String> words(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private List<String> snapshots() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.endsWith(".pb.gz"))
                    .toList();
        }
    }

    private static long allocated(Path file) throws IOException {
        return Snapshot.load(file)
                .filter(Filter.builder(true)
                        .className(Allocator.class.getName())
                        .build())
                .statistics(GroupBy.LINE, false, Metric.ALLOCATED)
                .stream()
                .mapToLong(statistic -> statistic.count())
                .sum();
    }
}
