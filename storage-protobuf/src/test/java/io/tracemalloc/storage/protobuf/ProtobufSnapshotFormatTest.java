package io.tracemalloc.storage.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracemalloc.Snapshot;
import io.tracemalloc.spi.SnapshotFormatContract;
import io.tracemalloc.spi.SnapshotFormatProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProtobufSnapshotFormatTest extends SnapshotFormatContract {

    private final ProtobufSnapshotFormat format = new ProtobufSnapshotFormat();

    @Override
    protected SnapshotFormatProvider format() {
        return format;
    }

    @Test
    void isFoundByServiceLoader() {
        List<String> names = ServiceLoader.load(SnapshotFormatProvider.class).stream()
                .map(provider -> provider.get().name())
                .toList();

        assertThat(names).contains("protobuf");
    }

    @Test
    void moduleAndServiceFileListTheSameProviders() throws IOException {
        String module = Files.readString(Path.of("src/main/java/module-info.java"));
        String provided = module.substring(module.indexOf(" with") + 5, module.lastIndexOf(';'))
                .strip();
        List<String> listed = Files.readAllLines(
                Path.of("src/main/resources/META-INF/services/io.tracemalloc.spi.SnapshotFormatProvider"));

        assertThat(listed).containsExactly(provided);
        assertThat(provided).isEqualTo(ProtobufSnapshotFormat.class.getName());
    }

    @Test
    void readsWhatItWritesByItsFirstBytes() throws IOException {
        byte[] bytes = Bytes.written(RandomSnapshots.of(1));

        assertThat(format.reads(bytes)).isTrue();
        assertThat(format.reads(Bytes.gunzip(bytes))).isTrue();
        assertThat(format.suffix()).isEqualTo(".pb.gz");
    }

    @Test
    void dumpAndLoadFindTheFormat(@TempDir Path directory) throws IOException {
        Snapshot original = RandomSnapshots.of(5);
        Path file = directory.resolve("snapshot.pb.gz");

        original.dump(file);

        assertThat(Canonical.text(Snapshot.load(file))).isEqualTo(Canonical.text(original));
    }

    @Test
    void messageOfADamagedFileBeginsWithItsName(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("notes.pb.gz");
        Files.write(file, Bytes.gzip("no snapshot".getBytes(StandardCharsets.US_ASCII)));

        assertThatThrownBy(() -> Snapshot.load(file))
                .hasMessageStartingWith(file.toString())
                .hasMessageEndingWith("expected a snapshot (pprof heap profile), found a text file");
    }

    @Test
    void severalThreadsCanUseOneProvider() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Boolean>> equal = IntStream.range(0, 40)
                    .mapToObj(i -> threads.submit(() -> {
                        Snapshot original = RandomSnapshots.of(i);
                        return Canonical.text(Bytes.read(Bytes.written(original)))
                                .equals(Canonical.text(original));
                    }))
                    .toList();
            for (Future<Boolean> one : equal) {
                assertThat(one.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
