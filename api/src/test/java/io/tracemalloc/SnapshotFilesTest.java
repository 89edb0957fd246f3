package io.tracemalloc;

import static io.tracemalloc.SnapshotFixture.at;
import static io.tracemalloc.SnapshotFixture.block;
import static io.tracemalloc.SnapshotFixture.live;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tracemalloc.spi.PlainFormat;
import io.tracemalloc.spi.ProviderUnavailableException;
import io.tracemalloc.spi.SnapshotFormatProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFilesTest {

    /** Writes half of what it should and fails. */
    public static final class FullDisk implements SnapshotFormatProvider {

        @Override
        public String name() {
            return "full-disk";
        }

        @Override
        public int priority() {
            return -1;
        }

        @Override
        public String suffix() {
            return ".full";
        }

        @Override
        public boolean reads(byte[] start) {
            return false;
        }

        @Override
        public void write(Snapshot snapshot, Metric defaultMetric, OutputStream out) throws IOException {
            out.write(new byte[100_000]);
            throw new IOException("No space left on device");
        }

        @Override
        public Snapshot read(InputStream in) throws IOException {
            throw new SnapshotFormatException("expected nothing");
        }
    }

    /** Fails whatever it is asked. */
    public static final class Careless implements SnapshotFormatProvider {

        @Override
        public String name() {
            return "careless";
        }

        @Override
        public int priority() {
            return 9;
        }

        @Override
        public String suffix() {
            throw new UnsupportedOperationException("no suffix");
        }

        @Override
        public boolean reads(byte[] start) {
            throw new ArrayIndexOutOfBoundsException("Index 63 out of bounds for length " + start.length);
        }

        @Override
        public void write(Snapshot snapshot, Metric defaultMetric, OutputStream out) {
            throw new UnsupportedOperationException("no output");
        }

        @Override
        public Snapshot read(InputStream in) {
            throw new UnsupportedOperationException("no input");
        }
    }

    @TempDir
    private Path services;

    @TempDir
    private Path directory;

    private final Snapshot snapshot = live(block(16, at("A.java", 1)).times(3));
    private PlugIns plugIns;

    @BeforeEach
    void registerFormats() throws IOException {
        plugIns = new PlugIns(services);
        plugIns.register(SnapshotFormatProvider.class, FullDisk.class, PlainFormat.class);
    }

    @AfterEach
    void forgetFormats() throws IOException {
        plugIns.close();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void loadsWhatWasDumped() throws IOException {
        Path file = directory.resolve("a.plain");

        snapshot.dump(file);

        SnapshotContents.assertSame(Snapshot.load(file), snapshot);
        assertThat(files()).containsExactly(file);
    }

    @Test
    void dumpsWithTheMetricThatIsToBeShownFirst() throws IOException {
        Path file = directory.resolve("a.plain");

        snapshot.dump(file, Metric.ALLOCATED);

        assertThat(Snapshot.load(file).defaultMetric()).isEqualTo(Metric.ALLOCATED);
    }

    @Test
    void choosesTheFormatByPriorityWhereTheSuffixSaysNothing() throws IOException {
        Path file = directory.resolve("heap");

        snapshot.dump(file);

        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).startsWith("PFM1");
    }

    @Test
    void passesOverAFormatThatFailsToSayWhatItReadsAndWrites() throws IOException {
        Path file = directory.resolve("a.plain");
        plugIns.register(SnapshotFormatProvider.class, Careless.class, PlainFormat.class);

        snapshot.dump(file);

        SnapshotContents.assertSame(Snapshot.load(file), snapshot);
    }

    @Test
    void replacesAnExistingFile() throws IOException {
        Path file = Files.writeString(directory.resolve("a.plain"), "old");

        snapshot.dump(file);

        assertThat(Snapshot.load(file).traces()).isEqualTo(snapshot.traces());
        assertThat(files()).containsExactly(file);
    }

    @Test
    void leavesNothingHalfWritten() throws IOException {
        Path existing = Files.writeString(directory.resolve("a.full"), "old");

        assertThatIOException()
                .isThrownBy(() -> snapshot.dump(existing))
                .withMessage("cannot write " + existing + ": No space left on device");
        assertThatIOException().isThrownBy(() -> snapshot.dump(directory.resolve("b.full")));

        assertThat(files()).containsExactly(existing);
        assertThat(existing).hasContent("old");
    }

    @Test
    void saysInOneLineWhyItCannotWrite() {
        Path missing = directory.resolve("no/such/a.plain");

        assertThatIOException()
                .isThrownBy(() -> snapshot.dump(missing))
                .withMessage("cannot write " + missing + ": there is no directory " + missing.getParent());
        assertThatIOException()
                .isThrownBy(() -> snapshot.dump(directory))
                .withMessage("cannot write " + directory + ": it is a directory");
    }

    @Test
    void saysInOneLineWhyItCannotRead() throws IOException {
        Path missing = directory.resolve("a.plain");
        Path empty = Files.createFile(directory.resolve("empty"));
        Path foreign = Files.writeString(directory.resolve("foreign"), "hello");
        Path cut = Files.writeString(directory.resolve("cut"), "PFM1");

        assertThatIOException()
                .isThrownBy(() -> Snapshot.load(missing))
                .withMessage("cannot read " + missing + ": there is no such file");
        assertThatIOException()
                .isThrownBy(() -> Snapshot.load(directory))
                .withMessage("cannot read " + directory + ": it is a directory");
        assertThatExceptionOfType(SnapshotFormatException.class)
                .isThrownBy(() -> Snapshot.load(empty))
                .withMessage(empty + ": expected a snapshot, found an empty file");
        assertThatExceptionOfType(SnapshotFormatException.class)
                .isThrownBy(() -> Snapshot.load(foreign))
                .withMessage(foreign + ": expected a snapshot of format plain or full-disk, found something else");
        assertThatExceptionOfType(SnapshotFormatException.class)
                .isThrownBy(() -> Snapshot.load(cut))
                .withMessage(cut + ": expected a plain snapshot, found something else");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void writesThroughALinkAndToADeviceWithoutReplacingThem() throws IOException {
        Path target = Files.createFile(directory.resolve("target.plain"));
        Path link = Files.createSymbolicLink(directory.resolve("link.plain"), target);

        snapshot.dump(link);
        snapshot.dump(Path.of("/dev/null"));

        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(Snapshot.load(target).traces()).isEqualTo(snapshot.traces());
        assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void writesTheFileThatALinkPointsAtAndThatIsNotThereYet() throws IOException {
        Path target = directory.resolve("target.plain");
        Path link = Files.createSymbolicLink(directory.resolve("link.plain"), Path.of("target.plain"));

        snapshot.dump(link);

        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(Snapshot.load(target).traces()).isEqualTo(snapshot.traces());
    }

    @Test
    void loadsFromAPipe() throws IOException, InterruptedException {
        Path file = directory.resolve("a.plain");
        Path pipe = directory.resolve("pipe");
        snapshot.dump(file);
        assumeTrue(hasMade(pipe), "no mkfifo here");
        new ProcessBuilder("sh", "-c", "cat '" + file + "' > '" + pipe + "'").start();

        assertThat(Snapshot.load(pipe).traces()).isEqualTo(snapshot.traces());
    }

    private static boolean hasMade(Path pipe) throws InterruptedException {
        try {
            return new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0;
        } catch (IOException noSuchCommand) {
            return false;
        }
    }

    @Test
    void writesAFileOfTheLongestName() throws IOException {
        Path file = directory.resolve("a".repeat(255 - ".plain".length()) + ".plain");

        snapshot.dump(file);

        assertThat(files()).containsExactly(file);
    }

    @Test
    void writesAndReadsOnAnInterruptedThread() throws IOException {
        Path file = directory.resolve("a.plain");

        Thread.currentThread().interrupt();
        snapshot.dump(file);
        Snapshot loaded = Snapshot.load(file);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(files()).containsExactly(file);
        assertThat(loaded.traces()).isEqualTo(snapshot.traces());
    }

    @Test
    void saysThatThereIsNoFormat() throws IOException {
        plugIns.close();
        Path file = Files.writeString(directory.resolve("foreign"), "hello");

        String message = "no snapshot format is available (none was found);"
                + " add tracemalloc-storage-protobuf to the class path";
        assertThatExceptionOfType(ProviderUnavailableException.class)
                .isThrownBy(() -> snapshot.dump(directory.resolve("a.plain")))
                .withMessage(message);
        assertThatExceptionOfType(ProviderUnavailableException.class)
                .isThrownBy(() -> Snapshot.load(file))
                .withMessage(message);
    }
}
