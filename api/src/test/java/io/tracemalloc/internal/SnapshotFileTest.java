package io.tracemalloc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SnapshotFileTest {

    private static final Instant STARTED = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path directory;

    @Test
    void replacesProcessIdAndNumber() {
        SnapshotFile file = file("heap.%p.%n.pb.gz", 4711);

        assertThat(file.next()).isEqualTo(directory.resolve("heap.4711.1.pb.gz"));
        assertThat(file.next()).isEqualTo(directory.resolve("heap.4711.2.pb.gz"));
    }

    @Test
    void takesFileThatDoesNotExist() {
        assertThat(file("heap.pb.gz", 1).next()).isEqualTo(directory.resolve("heap.pb.gz"));
    }

    @Test
    void replacesFileThatIsOlderThanThisJvm() throws IOException {
        existing("heap.pb.gz", STARTED.minusSeconds(1));

        assertThat(file("heap.pb.gz", 1).next()).isEqualTo(directory.resolve("heap.pb.gz"));
    }

    @Test
    void leavesFileThatAnotherJvmWroteMeanwhile() throws IOException {
        existing("heap.pb.gz", STARTED.plusSeconds(1));

        assertThat(file("heap.pb.gz", 4711).next()).isEqualTo(directory.resolve("heap.4711.pb.gz"));
    }

    @Test
    void keepsWhatItTookOnceItsOwnFileIsThere() throws IOException {
        SnapshotFile file = file("heap.pb.gz", 4711);
        file.next();
        existing("heap.pb.gz", STARTED.plusSeconds(1));

        assertThat(file.next()).isEqualTo(directory.resolve("heap.pb.gz"));
    }

    @Test
    void putsProcessIdBeforeTheSuffix() throws IOException {
        for (String name : List.of("a.pb.gz", "b.c.pprof", "plain", ".hidden", "dir.d/plain")) {
            Files.createDirectories(directory.resolve(name).getParent());
            existing(name, STARTED.plusSeconds(1));
        }

        assertThat(file("a.pb.gz", 7).next()).isEqualTo(directory.resolve("a.7.pb.gz"));
        assertThat(file("b.c.pprof", 7).next()).isEqualTo(directory.resolve("b.c.7.pprof"));
        assertThat(file("plain", 7).next()).isEqualTo(directory.resolve("plain.7"));
        assertThat(file(".hidden", 7).next()).isEqualTo(directory.resolve(".hidden.7"));
        assertThat(file("dir.d/plain", 7).next()).isEqualTo(directory.resolve("dir.d/plain.7"));
    }

    @Test
    void firstJvmOfRunTakesFileEvenIfItExistedBefore() throws IOException {
        RunDirectory run = RunDirectory.create();
        existing("heap.pb.gz", STARTED.plusSeconds(1));

        assertThat(ofRun(run, 1).next()).isEqualTo(directory.resolve("heap.pb.gz"));
        assertThat(ofRun(run, 2).next()).isEqualTo(directory.resolve("heap.2.pb.gz"));
        assertThat(ofRun(run, 3).next()).isEqualTo(directory.resolve("heap.3.pb.gz"));
        run.delete();
    }

    @Test
    void exactlyOneOfManyThatFinishTogetherTakesFile() throws IOException {
        RunDirectory run = RunDirectory.create();

        List<Path> names = IntStream.range(0, 64)
                .parallel()
                .mapToObj(pid -> ofRun(run, pid).next())
                .toList();

        assertThat(names).doesNotHaveDuplicates().containsOnlyOnce(directory.resolve("heap.pb.gz"));
        run.delete();
    }

    @Test
    void takesNoFileOfRunThatIsOver() throws IOException {
        RunDirectory run = RunDirectory.create();
        run.delete();

        assertThat(ofRun(run, 9).next()).isEqualTo(directory.resolve("heap.9.pb.gz"));
    }

    @Test
    void runListsWhatItsJvmsWrote() throws IOException {
        RunDirectory run = RunDirectory.create();
        run.written(2, List.of(Path.of("/tmp/heap.pb.gz")));
        run.written(1, List.of(Path.of("/tmp/heap.1.pb.gz"), Path.of("/tmp/oom.pb.gz")));
        Files.setLastModifiedTime(run.path().resolve("written-2"), FileTime.from(STARTED));

        assertThat(RunDirectory.of(run.path()).writtenFiles())
                .containsExactly(Path.of("/tmp/heap.pb.gz"), Path.of("/tmp/heap.1.pb.gz"), Path.of("/tmp/oom.pb.gz"));
        run.delete();
        assertThat(run.path()).doesNotExist();
    }

    @Test
    void runKnowsTheJvmsThatTraced() throws IOException {
        RunDirectory run = RunDirectory.create();
        run.started(10);
        run.started(9);
        run.started(9);
        run.written(9, List.of());

        assertThat(RunDirectory.of(run.path()).startedProcesses()).containsExactly(9L, 10L);
        run.delete();
        run.started(11);
        assertThat(run.path()).doesNotExist();
    }

    private SnapshotFile file(String name, long pid) {
        return new SnapshotFile(directory.resolve(name).toString(), pid, STARTED, Optional.empty());
    }

    private SnapshotFile ofRun(RunDirectory run, long pid) {
        return new SnapshotFile(directory.resolve("heap.pb.gz").toString(), pid, STARTED, Optional.of(run));
    }

    private void existing(String name, Instant modified) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "x");
        Files.setLastModifiedTime(file, FileTime.from(modified));
    }
}
