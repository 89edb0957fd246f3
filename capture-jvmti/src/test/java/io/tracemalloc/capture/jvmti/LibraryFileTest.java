package io.tracemalloc.capture.jvmti;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
final class LibraryFileTest {

    private static final byte[] CONTENT = {1, 2, 3};
    private static final byte[] OTHER = {1, 2, 4};

    @TempDir
    private Path directory;

    @Test
    void isWrittenOnceForItsContent() throws IOException {
        Path cache = directory.resolve("deep/cache");

        Path first = LibraryFile.cached(cache, CONTENT, "libtracemalloc.so");
        Path again = LibraryFile.cached(cache, CONTENT, "libtracemalloc.so");
        Path other = LibraryFile.cached(cache, OTHER, "libtracemalloc.so");

        assertThat(first).hasBinaryContent(CONTENT).isEqualTo(again);
        assertThat(other).hasBinaryContent(OTHER).isNotEqualTo(first);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(first)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)))
                .isEqualTo("rwx------");
        assertThat(names(cache)).containsExactlyInAnyOrder(name(first), name(other));
    }

    @Test
    void aFileWithOtherContentIsReplaced() throws IOException {
        Path file = LibraryFile.cached(directory, CONTENT, "libtracemalloc.so");
        Files.write(file, OTHER);

        assertThat(LibraryFile.cached(directory, CONTENT, "libtracemalloc.so"))
                .isEqualTo(file)
                .hasBinaryContent(CONTENT);
    }

    @Test
    void aDirectoryThatOthersCanWriteToIsNotTrusted() throws IOException {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThat(LibraryFile.cached(shared, CONTENT, "libtracemalloc.so")).isNull();
        assertThat(names(shared)).isEmpty();
    }

    @Test
    void aPathThatIsNoDirectoryIsNotUsed() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "text");

        assertThat(LibraryFile.cached(file, CONTENT, "libtracemalloc.so")).isNull();
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static List<String> names(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.map(LibraryFileTest::name).toList();
        }
    }
}
