package io.tracemalloc.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes further commands once one has come by loading the agent: a Unix domain socket beside HotSpot's own, which only the
 * JVM's user and root can open.
 *
 * <p>To load the agent for every command would work as well. But every load leaves an environment behind that the JVM
 * asks about each class from then on, and JDK 21 and later print a warning each time.
 *
 * <p>A request is an option text and a zero byte; {@link AgentCommand} answers in the file that it names, then the
 * connection is closed.
 */
public final class CommandSocket implements Runnable {

    private static final Path DIRECTORY = Path.of("/tmp");
    private static final int MAX_REQUEST = 1 << 16;
    private static final long PAUSE_NANOS = 1_000_000_000;
    private static final AtomicBoolean OPENED = new AtomicBoolean();

    private final ServerSocketChannel server;

    private CommandSocket(ServerSocketChannel server) {
        this.server = server;
    }

    /** Name of the socket in {@code /tmp} of the process with this id, as the process numbers itself. */
    public static String name(long pid) {
        return ".tracemalloc_pid" + pid;
    }

    /** Opens it, unless it is; where that is impossible, every command has to load the agent. */
    static void open() {
        if (!Files.isDirectory(DIRECTORY) || OPENED.getAndSet(true)) {
            return;
        }
        try {
            Path socket = DIRECTORY.resolve(name(ProcessHandle.current().pid()));
            ServerSocketChannel server = bind(socket);
            DaemonThreads.atExit("tracemalloc-socket", () -> delete(socket));
            DaemonThreads.start("tracemalloc-commands", new CommandSocket(server));
        } catch (IOException | UnsupportedOperationException impossible) {
            OPENED.set(false);
        }
    }

    /** In a directory of its own first, so that at no time anybody else could connect. */
    private static ServerSocketChannel bind(Path socket) throws IOException {
        Path directory = Files.createTempDirectory(DIRECTORY, ".tracemalloc-");
        try {
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            Path bound = directory.resolve("socket");
            server.bind(UnixDomainSocketAddress.of(bound));
            Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString("rw-------"));
            Files.move(bound, socket, StandardCopyOption.ATOMIC_MOVE);
            return server;
        } finally {
            Files.delete(directory);
        }
    }

    private static void delete(Path socket) {
        try {
            Files.deleteIfExists(socket);
        } catch (IOException leftover) {
            // The next process with this id replaces it.
        }
    }

    @Override
    public void run() {
        while (server.isOpen()) {
            try {
                acceptOne();
            } catch (IOException | OutOfMemoryError full) {
                // No descriptor or thread to be had. The program may need all there is, so the next try has time.
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
        }
    }

    private void acceptOne() throws IOException {
        SocketChannel client = server.accept();
        boolean served = false;
        try {
            DaemonThreads.start("tracemalloc-command", () -> serve(client));
            served = true;
        } finally {
            if (!served) {
                client.close();
            }
        }
    }

    private static void serve(SocketChannel client) {
        try (client) {
            String request = read(client);
            if (!request.isEmpty()) {
                AgentCommand.run(AgentOptions.parse(request, null));
            }
        } catch (IOException | RuntimeException unusable) {
            // Nobody can be told: the connection is closed without an answer in the file, and the client says that.
        }
    }

    private static String read(SocketChannel client) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        ByteBuffer part = ByteBuffer.allocate(1024);
        while (request.size() < MAX_REQUEST && client.read(part.clear()) >= 0) {
            for (int i = 0; i < part.position(); i++) {
                if (part.get(i) == 0) {
                    return request.toString(StandardCharsets.UTF_8);
                }
                request.write(part.get(i));
            }
        }
        return "";
    }
}
