package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.SnapshotBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the documentation: they compile, and do what the pages say. */
@DisabledOnOs(OS.WINDOWS)
class ExamplesIT {

    private static final Path EXAMPLES = Path.of("../examples").toAbsolutePath().normalize();

    @TempDir
    Path directory;

    @Test
    void wordsCountForTheLineThatMakesThem() throws IOException, InterruptedException {
        compile(List.of(EXAMPLES.resolve("Words.java")));

        Launched words = Launched.of(
                directory,
                List.of(
                        Launched.tool("java"),
                        "-javaagent:" + Launched.JAR + "=0",
                        "-cp",
                        directory.toString(),
                        "Words"));

        assertThat(words.status()).as(words.toString()).isZero();
        assertThat(words.out())
                .startsWith("Words.java:22: size=5461 KiB, count=200000, average=28 B\n")
                .contains("java/util/ArrayList.java:")
                .endsWith("100000 words\n");
    }

    @Test
    void plugInGroupsAndFilters() throws IOException, InterruptedException {
        Path sources = EXAMPLES.resolve("plug-in/src");
        compile(files(sources, ".java"));
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        for (Path service : files(sources.resolve("META-INF/services"), "Provider")) {
            Files.copy(service, services.resolve(service.getFileName()));
        }
        dump("app.pb.gz");

        Launched kinds = plugIn("stats", "app.pb.gz", "--group-by", "kind");
        Launched recursive = plugIn("stats", "app.pb.gz", "--include", "recursive=true");
        Launched refused = plugIn("stats", "app.pb.gz", "--include", "recursive=maybe");

        assertThat(kinds.out()).isEqualTo("""
                        primitive arrays: size=2000 B, count=2, average=1000 B
                        arrays of objects: size=400 B, count=1, average=400 B
                        strings: size=24 B, count=1, average=24 B
                        """);
        assertThat(recursive.out()).isEqualTo("A.java:1: size=2000 B, count=2, average=1000 B\n");
        assertThat(refused.err())
                .isEqualTo("tracemalloc: --include recursive=maybe: recursive must be true or false, got maybe\n");
    }

    private Launched plugIn(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Launched.tool("java"), "-cp", Launched.JAR + ":" + directory, Main.class.getName()));
        command.addAll(List.of(args));
        return Launched.of(directory, command);
    }

    private void compile(List<Path> sources) {
        List<String> args = new ArrayList<>(
                List.of("-cp", Launched.JAR.toString(), "-Xlint:all,-classfile", "-d", directory.toString()));
        sources.forEach(source -> args.add(source.toString()));

        int status =
                ToolProvider.findFirst("javac").orElseThrow().run(System.out, System.err, args.toArray(String[]::new));

        assertThat(status).isZero();
    }

    private static List<Path> files(Path root, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(suffix)).toList();
        }
    }

    private void dump(String name) throws IOException {
        SnapshotBuilder builder = new SnapshotBuilder();
        builder.recorded(Metric.ALLOCATED, Exactness.EXACT);
        int deep = builder.frame("A", "walk", "A.java", 1);
        int shallow = builder.frame("A", "main", "A.java", 2);
        int twice = builder.traceback(new int[] {deep, deep, shallow}, 3, 3);
        int once = builder.traceback(new int[] {shallow}, 1, 1);
        add(builder, twice, "byte[]", 2, 2000);
        add(builder, once, "byte[][]", 1, 400);
        add(builder, once, "java.lang.String", 1, 24);
        builder.snapshot(new SnapshotInfo(Instant.EPOCH, Duration.ZERO, 3, 1, Metric.ALLOCATED))
                .dump(directory.resolve(name));
    }

    private static void add(SnapshotBuilder builder, int traceback, String type, long count, long bytes) {
        int record = builder.record(traceback, builder.type(type), 0, AllocationSink.NO_THREAD, bytes / count);
        builder.add(record, Metric.ALLOCATED, count, bytes);
    }
}
