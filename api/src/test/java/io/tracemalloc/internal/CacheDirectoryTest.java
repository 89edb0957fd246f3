package io.tracemalloc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
final class CacheDirectoryTest {

    private static final int NOBODY = 65_534;

    @TempDir
    private Path directory;

    @Test
    void isWhatWasChosenFirst() {
        assertThat(CacheDirectory.path("here", "/shared", "/home/me")).isEqualTo(Path.of("here"));
        assertThat(CacheDirectory.path("", "/shared", "/home/me")).isEqualTo(Path.of("/shared/tracemalloc"));
        assertThat(CacheDirectory.path(null, "shared", "/home/me")).isEqualTo(Path.of("/home/me/.cache/tracemalloc"));
        assertThat(CacheDirectory.path("off", "/shared", "/home/me")).isNull();
    }

    /** As of a user who is not in passwd: the working directory is the program's. */
    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"?", "", ".", "home/me"})
    void isNoneWithoutAHome(String home) {
        assertThat(CacheDirectory.path(null, null, home)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-rw----", "rw-----w-"})
    void trustsNothingThatOthersMayWrite(String permissions) throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(CacheDirectory.isTrusted(file)).isTrue();

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        assertThat(CacheDirectory.isTrusted(file)).isFalse();
    }

    @Test
    void trustsNothingOfAnotherUser() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assumeTrue(Files.getAttribute(file, "unix:uid").equals(0), "only root can give files away");

        Files.setAttribute(file, "unix:uid", NOBODY);

        assertThat(CacheDirectory.isTrusted(file)).isFalse();
    }
}
