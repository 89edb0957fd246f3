package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracemalloc.spi.RemoteSession;
import io.tracemalloc.spi.SnapshotRequest;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotCommandTest {

    @TempDir
    Path directory;

    private RemoteSession thatLosesTheFile() {
        return (RemoteSession) Proxy.newProxyInstance(
                RemoteSession.class.getClassLoader(),
                new Class<?>[] {RemoteSession.class},
                (proxy, method, arguments) -> {
                    ((OutputStream) arguments[1]).write(1);
                    try (Stream<Path> files = Files.list(directory)) {
                        for (Path file : files.toList()) {
                            Files.delete(file);
                        }
                    }
                    return proxy; // snapshot() is void
                });
    }

    @Test
    void namesTheFileThatCannotBeWritten() {
        Path file = directory.resolve("a.pb.gz");

        assertThatThrownBy(() -> SnapshotCommand.write(thatLosesTheFile(), SnapshotRequest.DEFAULT, file, "a.pb.gz"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith("a.pb.gz: cannot write: ");
    }
}
