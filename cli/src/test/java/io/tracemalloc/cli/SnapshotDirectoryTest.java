package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotDirectoryTest {

    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

    @TempDir
    Path path;

    @BeforeEach
    void fill() throws IOException {
        for (String name : List.of(
                "a@1-20260102T110000.000Z.pb.gz",
                "a@1-20260102T113000.000Z.pb.gz",
                "a@1-20260102T115959.999Z.pb.gz",
                "a@1-x-20260102T090000.000Z.pb.gz",
                "a@1-20261302T090000.000Z.pb.gz",
                "a@1.pb.gz",
                "mine.txt")) {
            Files.createFile(path.resolve(name));
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void keepsTheNewestOfEachTarget() throws IOException {
        try (SnapshotDirectory directory = SnapshotDirectory.open(path)) {
            assertThat(directory.prune(1, Duration.ZERO, NOON)).isEqualTo(2);
        }

        assertThat(names())
                .containsExactly(
                        "a@1-20260102T115959.999Z.pb.gz",
                        "a@1-20261302T090000.000Z.pb.gz",
                        "a@1-x-20260102T090000.000Z.pb.gz",
                        "a@1.pb.gz",
                        "mine.txt");
    }

    @Test
    void keepsWhatIsYoungEnough() throws IOException {
        try (SnapshotDirectory directory = SnapshotDirectory.open(path)) {
            assertThat(directory.prune(0, Duration.ofMinutes(30), NOON)).isEqualTo(2);
        }

        assertThat(names())
                .containsExactly(
                        "a@1-20260102T113000.000Z.pb.gz",
                        "a@1-20260102T115959.999Z.pb.gz",
                        "a@1-20261302T090000.000Z.pb.gz",
                        "a@1.pb.gz",
                        "mine.txt");
    }

    @Test
    void takesFilesFromTheFutureForTheOldest() throws IOException {
        try (SnapshotDirectory directory = SnapshotDirectory.open(path)) {
            assertThat(directory.prune(1, Duration.ZERO, NOON.minus(Duration.ofMinutes(30))))
                    .isEqualTo(2);
        }

        assertThat(names()).contains("a@1-20260102T113000.000Z.pb.gz").doesNotContain("a@1-20260102T115959.999Z.pb.gz");
    }

    @Test
    void keepsAllUnlessAsked() throws IOException {
        try (SnapshotDirectory directory = SnapshotDirectory.open(path)) {
            assertThat(directory.prune(0, Duration.ZERO, NOON)).isZero();
        }

        assertThat(names()).hasSize(7);
    }

    @Test
    void namesItselfWhereItCannotBeWrittenTo() throws IOException {
        try (SnapshotDirectory directory = SnapshotDirectory.open(path)) {
            SnapshotDirectory.Incoming incoming = directory.receive("a:1");
            incoming.close();

            assertThatThrownBy(() -> incoming.out().write(new byte[100]))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("cannot write to " + path + ": ");
        }
    }
}
