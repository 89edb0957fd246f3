package io.tracemalloc.cli.attach;

import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tracemalloc.internal.CommandSocket;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sockets of a process that hangs: it listens, and accepts nobody any more. */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AttachChannelTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @BeforeEach
    void needsLinux() {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "attaching needs Linux");
    }

    @Test
    void givesUpOnHotSpotsSocketWhenItsQueueIsFull() throws IOException {
        onFullQueue(pid -> ".java_pid" + pid, channel -> channel.execute(SECOND, "properties"));
    }

    @Test
    void givesUpOnTheAgentsSocketWhenItsQueueIsFull() throws IOException {
        onFullQueue(CommandSocket::name, channel -> channel.tell(SECOND, "command=status"));
    }

    private interface Action {
        void on(AttachChannel channel) throws IOException;
    }

    private static void onFullQueue(LongFunction<String> name, Action action) throws IOException {
        Process hung = new ProcessBuilder("sleep", "300").start();
        Path socket = Path.of("/tmp", name.apply(hung.pid()));
        List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                AttachChannel channel = new AttachChannel(JavaProcess.of(hung.pid()), SECOND)) {
            // An earlier process with this id may have been killed.
            Files.deleteIfExists(socket);
            server.bind(UnixDomainSocketAddress.of(socket), 1);
            SocketChannel client;
            do {
                client = SocketChannel.open(StandardProtocolFamily.UNIX);
                waiting.add(client);
            } while (connects(client, socket));

            assertThatIOException()
                    .isThrownBy(() -> action.on(channel))
                    .withMessageStartingWith(hung.pid() + ": does not answer within 1 s: ");
        } finally {
            for (SocketChannel client : waiting) {
                client.close();
            }
            Files.deleteIfExists(socket);
            hung.destroyForcibly();
        }
    }

    /** Whether there was room; JDKs differ in how they say that there was none. */
    private static boolean connects(SocketChannel client, Path socket) throws IOException {
        client.configureBlocking(false);
        try {
            return client.connect(UnixDomainSocketAddress.of(socket));
        } catch (SocketException full) {
            return false;
        }
    }
}
