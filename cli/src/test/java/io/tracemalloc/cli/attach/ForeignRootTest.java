package io.tracemalloc.cli.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory that stands for the root of another process. */
final class ForeignRootTest {

    @TempDir
    private Path root;

    @BeforeEach
    void makeTarget() throws IOException {
        Files.createDirectories(root.resolve("var/tmp"));
    }

    private Path tmpAsLinkTo(String target) throws IOException {
        Files.createSymbolicLink(root.resolve("tmp"), Path.of(target));
        return ForeignRoot.resolve(root, Path.of("/tmp"));
    }

    @Test
    void leavesAPathWithoutLinksAsItIs() throws IOException {
        Files.createDirectory(root.resolve("tmp"));

        assertThat(ForeignRoot.resolve(root, Path.of("/tmp"))).isEqualTo(root.resolve("tmp"));
        assertThat(ForeignRoot.resolve(root, Path.of("/absent/file"))).isEqualTo(root.resolve("absent/file"));
        assertThat(ForeignRoot.resolve(root, Path.of("/"))).isEqualTo(root);
    }

    @Test
    void absoluteLinksBeginAtThatRoot() throws IOException {
        assertThat(tmpAsLinkTo("/var/tmp")).isEqualTo(root.resolve("var/tmp"));
    }

    @Test
    void relativeLinksBeginBesideThemselves() throws IOException {
        Files.createSymbolicLink(root.resolve("var/scratch"), Path.of("./tmp"));

        assertThat(tmpAsLinkTo("var/scratch")).isEqualTo(root.resolve("var/tmp"));
    }

    @Test
    void linksInTheMiddleAreFollowed() throws IOException {
        Files.createSymbolicLink(root.resolve("private"), Path.of("/var"));

        assertThat(tmpAsLinkTo("/private/tmp")).isEqualTo(root.resolve("var/tmp"));
    }

    @Test
    void nothingLeadsAboveThatRoot() throws IOException {
        assertThat(tmpAsLinkTo("../../var/../../var/tmp")).isEqualTo(root.resolve("var/tmp"));
    }

    @Test
    void refusesALoop() throws IOException {
        Files.createSymbolicLink(root.resolve("loop"), Path.of("/tmp"));

        assertThatIOException().isThrownBy(() -> tmpAsLinkTo("loop")).isInstanceOf(FileSystemLoopException.class);
    }
}
