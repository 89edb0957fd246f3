package io.tracemalloc.remote.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.tracemalloc.internal.ProcessUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenTest {

    private static final int ROUNDS = 50;
    private static final int THREADS = 4;

    @TempDir
    Path directory;

    @Test
    void isOneForAllThatBeginAtTheSameTime() throws IOException, InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                Path file = directory.resolve("token-" + round);
                List<Callable<Token>> starts = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    starts.add(() -> Token.in(Optional.of(file)));
                }
                for (Future<Token> each : pool.invokeAll(starts)) {
                    assertThat(each.get().matches(Files.readString(file).strip()))
                            .isTrue();
                }
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void leavesNothingButTheTokenOfItsOwner() throws IOException {
        Path file = directory.resolve("token");

        Token.in(Optional.of(file));

        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void writesThroughNoLink() throws IOException {
        Path target = directory.resolve("elsewhere");
        Path link = Files.createSymbolicLink(directory.resolve("token"), target);

        assertThatIOException()
                .isThrownBy(() -> Token.in(Optional.of(link)))
                .withMessage("token-file: " + link + " does not exist");
        assertThat(target).doesNotExist();
    }

    @Test
    void knowsItsOwnFiles() throws IOException {
        Path file = Files.createFile(directory.resolve("token"));

        assertThat(ProcessUser.uid()).isEqualTo(Files.getAttribute(file, "unix:uid"));
        assertThat(FileOwner.isForeign(file)).isFalse();
    }
}
