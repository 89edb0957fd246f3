package io.tracemalloc.storage.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.spi.SnapshotBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our file in the hands of {@code go tool pprof}. */
class GoToolTest {

    @TempDir
    private Path directory;

    @BeforeAll
    static void needsGo() {
        assumeTrue(works("go", "tool", "pprof", "-h"), "go tool pprof is not installed (Debian: golang-go)");
    }

    @Test
    void topShowsLiveBytesByDefault() throws IOException, InterruptedException {
        String top = pprof("-top", file("a", snapshot(3)));

        assertThat(top).contains("Type: inuse_space");
        assertThat(top).containsPattern("72kB +100% +100% +72kB +100% +com\\.acme\\.Foo\\.bar");
        assertThat(top).containsPattern("0 +0% +100% +72kB +100% +com\\.acme\\.Foo\\.main");
    }

    @Test
    void topShowsAllocatedObjectsWhenAsked() throws IOException, InterruptedException {
        String top = pprof("-top", "-sample_index=alloc_objects", file("a", snapshot(3)));

        assertThat(top).containsPattern("5 +100% +100% +5 +100% +com\\.acme\\.Foo\\.bar");
    }

    @Test
    void rawShowsEveryPart() throws IOException, InterruptedException {
        String raw = pprof("-raw", file("a", snapshot(3)));

        assertThat(raw)
                .contains("PeriodType: space bytes")
                .contains("Period: 524288")
                .contains("jvm: OpenJDK")
                .contains("alloc_objects/count alloc_space/bytes inuse_objects/count inuse_space/bytes[dflt]")
                .containsPattern("5 +122880 +3 +73728: 1 2")
                .contains("type:[byte[]]")
                .contains("total_nframe:[9]")
                .contains("com.acme.Foo.bar com/acme/Foo.java:42");
    }

    @Test
    void linesAndFilesAreShown() throws IOException, InterruptedException {
        String top = pprof("-top", "-lines", file("a", snapshot(3)));

        assertThat(top).contains("com.acme.Foo.bar com/acme/Foo.java:42");
    }

    @Test
    void twoOfThemCanBeSubtracted() throws IOException, InterruptedException {
        String top = pprof("-top", "-diff_base", file("a", snapshot(3)), file("b", snapshot(10)));

        assertThat(top).containsPattern("168kB +233.*com\\.acme\\.Foo\\.bar");
    }

    @Test
    void whatItWritesLoads() throws IOException, InterruptedException {
        Path rewritten = directory.resolve("rewritten.pb.gz");
        pprof("-proto", "-output", rewritten.toString(), file("a", snapshot(3)));

        Snapshot loaded = Snapshot.load(rewritten);

        assertThat(loaded.totalBytes(Metric.LIVE)).isEqualTo(73_728);
        assertThat(loaded.traces().get(0).className()).isEqualTo("byte[]");
        assertThat(loaded.traces().get(0).traceback().format())
                .containsExactly("  at com.acme.Foo.bar(Foo.java:42)", "  at com.acme.Foo.main(Foo.java:7)");
    }

    @Test
    void generatedSnapshotsAreValidProfiles() throws IOException, InterruptedException {
        for (long seed = 0; seed < 10; seed++) {
            assertThat(pprof("-raw", file("s" + seed, RandomSnapshots.of(seed))))
                    .contains("Samples:");
        }
    }

    /** Blocks of 24,576 bytes, so many of them live, and two more of other sizes that are not. */
    private static Snapshot snapshot(int live) {
        SnapshotBuilder builder = new SnapshotBuilder();
        int top = builder.frame("com.acme.Foo", "bar", "com/acme/Foo.java", 42);
        int caller = builder.frame("com.acme.Foo", "main", "com/acme/Foo.java", 7);
        int traceback = builder.traceback(new int[] {top, caller}, 2, 9);
        int type = builder.type("byte[]");
        int kept = builder.record(traceback, type, 0, 0, 24_576);
        builder.add(kept, Metric.ALLOCATED, live, 24_576L * live);
        builder.add(kept, Metric.LIVE, live, 24_576L * live);
        builder.add(builder.record(traceback, type, 0, 0, 16_384), Metric.ALLOCATED, 1, 16_384);
        builder.add(builder.record(traceback, type, 0, 0, 32_768), Metric.ALLOCATED, 1, 32_768);
        builder.attribute("jvm", "OpenJDK");
        return builder.snapshot(
                new SnapshotInfo(Instant.ofEpochSecond(1_800_000_000), Duration.ofSeconds(5), 8, 524_288, Metric.LIVE));
    }

    private String file(String name, Snapshot snapshot) throws IOException {
        Path file = directory.resolve(name + ".pb.gz");
        Files.write(file, Bytes.written(snapshot));
        return file.toString();
    }

    private String pprof(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("go", "tool", "pprof"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PPROF_TMPDIR", directory.toString());
        builder.environment().put("HOME", directory.toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static boolean works(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).contains("pprof")
                    && process.waitFor() >= 0;
        } catch (IOException | InterruptedException missing) {
            return false;
        }
    }
}
