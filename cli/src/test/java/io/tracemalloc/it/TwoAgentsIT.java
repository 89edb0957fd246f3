package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beside async-profiler, which wants the same capability: one of the two gets it, and the program notices nothing. */
final class TwoAgentsIT {

    private static final Subject DEEP = Subject.of("known.Deep");
    private static final int N = 20_000;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void countsByBytecodeWhereTheProfilerWasFirst(int feature) throws IOException {
        Path profile = directory.resolve("profile.txt");

        Forked.Ended ended = new Forked(JavaHome.of(feature))
                .jvm(profiler(profile))
                .traced("frames=5")
                .main(DEEP, N)
                .succeed();

        assertThat(ended.err().lines().filter(line -> line.startsWith("tracemalloc: ")))
                .hasSize(2)
                .first()
                .asString()
                .contains(
                        "only one agent of a JVM can sample its allocations", "async-profiler", "libasyncProfiler.so");
        Snapshot snapshot = ended.snapshot();
        assertThat(snapshot.columns().attributes().get("note.backend")).contains("async-profiler");
        assertCounted(snapshot);
        assertThat(profile).content().contains("known/Deep");
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void leavesNothingForTheProfilerWhereItIsFirst(int feature) throws IOException {
        Path profile = directory.resolve("profile.txt");

        Forked.Ended ended = new Forked(JavaHome.of(feature))
                .traced("frames=5")
                .jvm(profiler(profile))
                .main(DEEP, N)
                .succeed();

        assertCounted(ended.snapshot());
    }

    private static void assertCounted(Snapshot snapshot) {
        assertThat(snapshot.exactness(Metric.ALLOCATED)).isNotEqualTo(Exactness.ESTIMATED);
        assertThat(new Found(snapshot, DEEP.fileName()).line(DEEP.lineOf("made")))
                .containsEntry("known.Deep$Made", new Expectations.Allocated(3L * N, 48L * N));
    }

    private String profiler(Path output) throws IOException {
        assumeTrue(
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64"),
                "needs Linux on x86-64");
        Path programs = Path.of(System.getProperty("tracemalloc.programs", "target/programs"));
        Path library = directory.resolve("libasyncProfiler.so");
        try (Stream<Path> jars = Files.list(programs.resolve("async-profiler"));
                JarFile jar = new JarFile(jars.findFirst().orElseThrow().toFile());
                InputStream in = jar.getInputStream(jar.getEntry("linux-x64/libasyncProfiler.so"))) {
            Files.copy(in, library);
        }
        return "-agentpath:" + library + "=start,event=alloc,alloc=64k,collapsed,file=" + output;
    }
}
