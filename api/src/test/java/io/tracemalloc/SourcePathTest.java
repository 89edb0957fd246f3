package io.tracemalloc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SourcePathTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "./."})
    void looksIntoTheCurrentDirectory(String root) {
        assertThat(new SourcePath(List.of(Path.of(root))).line(new Frame("", "", "src/main/java/module-info.java", 1)))
                .isPresent();
    }

    @Test
    void looksIntoAllDirectoriesInTheirOrderAndNowhereElse() throws IOException {
        Path first = Files.createDirectories(directory.resolve("first"));
        Path second = Files.createDirectories(directory.resolve("second"));
        Files.writeString(first.resolve("A.java"), "a\n");
        Files.writeString(second.resolve("A.java"), "not this\n");
        Files.writeString(second.resolve("B.java"), "b\n");
        Files.writeString(directory.resolve("C.java"), "c\n");
        SourcePath sources = new SourcePath(List.of(first, second));

        assertThat(sources.line(at("A.java"))).contains("a");
        assertThat(sources.line(at("B.java"))).contains("b");
        assertThat(sources.line(at("../C.java"))).isEmpty();
        assertThat(sources.line(at(directory.resolve("C.java").toString()))).isEmpty();
    }

    /** A file of another system, or of another program than a JVM, has names that cannot be files here. */
    @Test
    void findsNothingUnderANameThatNoFileCanHave() {
        assertThat(new SourcePath(List.of(directory)).line(at("com/acme/\0.java")))
                .isEmpty();
    }

    private static Frame at(String file) {
        return new Frame("", "", file, 1);
    }
}
