package io.tracemalloc.cli.attach;

import io.tracemalloc.internal.CommandSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * HotSpot's attach channel: a Unix domain socket on which a JVM takes commands from its own user and from root.
 *
 * <p>Not safe for several threads at once, except {@link #close}.
 */
final class AttachChannel implements AutoCloseable {

    /*
     * The JDK's own client (module jdk.attach) does the same, but only for its own user and only where the JVM's files have
     * the same names; and a Java runtime may lack it. The protocol has been the same since JDK 6:
     *
     *   1. Without a socket /tmp/.java_pidN the JVM does not listen yet. A file /tmp/.attach_pidN that belongs to its user,
     *      or to root, and SIGQUIT make it. Without the file SIGQUIT prints a thread dump, or ends what is no JVM.
     *   2. A request is the protocol version "1", the command and three arguments, each ending in a zero byte; an argument has
     *      at most 1024 bytes.
     *   3. The JVM checks the sender's user, answers with a number, 0 if it did it, a line end, and text up to the end.
     *
     * N is the process id as the JVM sees it, and /tmp is the one that it sees, below its root.
     */

    private static final int MAX_ARGUMENT = 1024;
    private static final int MAX_ANSWER = 1 << 20;
    private static final long POLL_MILLIS = 20;
    private static final List<String> OPTION_VARIABLES =
            List.of("JAVA_TOOL_OPTIONS=", "JDK_JAVA_OPTIONS=", "_JAVA_OPTIONS=");

    private final JavaProcess process;
    private final Duration patience;
    private volatile @Nullable SocketChannel open;
    private volatile boolean closed;

    /**
     * A channel to this process.
     *
     * @param patience how long it may take until the JVM listens
     */
    AttachChannel(JavaProcess process, Duration patience) {
        this.process = process;
        this.patience = patience;
    }

    /**
     * Has the JVM carry out a command.
     *
     * @param wait how long it may take
     * @return what it answered
     * @throws IOException if it cannot be reached, refuses or does not answer
     */
    Answer execute(Duration wait, String command, String... arguments) throws IOException {
        ByteBuffer request = request(command, arguments);
        try (SocketChannel socket = connect(wait)) {
            open = socket;
            if (closed) {
                throw interrupted();
            }
            return answer(exchange(socket, request, System.nanoTime() + wait.toNanos(), wait));
        } finally {
            open = null;
        }
    }

    /**
     * What a JVM answered.
     *
     * @param status 0 if it carried the command out
     */
    record Answer(int status, String text) {}

    /**
     * Hands a command to the agent itself, on its own socket; false if it does not listen there.
     *
     * @param wait how long it may take
     */
    boolean tell(Duration wait, String options) throws IOException {
        try (SocketChannel socket = tryConnect(CommandSocket.name(process.innerPid()), wait)) {
            if (socket == null) {
                return false;
            }
            open = socket;
            if (closed) {
                throw interrupted();
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            put(bytes, options);
            exchange(socket, ByteBuffer.wrap(bytes.toByteArray()), System.nanoTime() + wait.toNanos(), wait);
            return true;
        } finally {
            open = null;
        }
    }

    private ByteBuffer request(String command, String... arguments) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        put(bytes, "1");
        put(bytes, command);
        for (int i = 0; i < 3; i++) {
            String argument = i < arguments.length ? arguments[i] : "";
            if (argument.getBytes(StandardCharsets.UTF_8).length > MAX_ARGUMENT) {
                throw new IOException(process + ": the options are too long: the attach channel takes " + MAX_ARGUMENT
                        + " bytes together with the path of the agent");
            }
            put(bytes, argument);
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    private static void put(ByteArrayOutputStream bytes, String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        bytes.write(0);
    }

    /** Refuses what would fail later, or would harm the process. */
    void check() throws IOException {
        if (!process.isAlive()) {
            throw process.ended(null);
        }
        JavaProcess self = JavaProcess.self();
        if (self.user() != 0 && (self.user() != process.user() || self.group() != process.group())) {
            throw new IOException(process + ": permission denied: it runs as " + process.userName()
                    + "; attach as that user, with the same group, or as root");
        }
        if (!process.isHotSpot()) {
            throw new IOException(process + ": is not a HotSpot JVM; 'tracemalloc list' shows those there are");
        }
        if (attachIsDisabled()) {
            throw new IOException(process + ": its JVM takes no attaching (-XX:+DisableAttachMechanism); restart it"
                    + " without that flag, or with the agent ('tracemalloc run', -javaagent)");
        }
    }

    /** Asked before SIGQUIT is sent: such a JVM would print a thread dump to the program's output. */
    private boolean attachIsDisabled() {
        Map<String, String> facts =
                process.performanceData().map(PerformanceData::texts).orElse(Map.of());
        String capabilities = facts.getOrDefault("sun.rt.jvmCapabilities", "");
        if (!capabilities.isEmpty()) {
            return capabilities.charAt(0) == '0';
        }
        boolean disabled = process.arguments().contains("-XX:+DisableAttachMechanism");
        for (String variable : process.environment()) {
            boolean isOptions = OPTION_VARIABLES.stream().anyMatch(variable::startsWith);
            disabled |= isOptions && variable.contains("-XX:+DisableAttachMechanism");
        }
        return disabled;
    }

    private SocketChannel connect(Duration wait) throws IOException {
        SocketChannel listening = tryConnect(hotSpotSocket(), wait);
        return listening != null ? listening : wakeAndConnect();
    }

    private String hotSpotSocket() {
        return ".java_pid" + process.innerPid();
    }

    /** Null if the JVM does not listen there. */
    private @Nullable SocketChannel tryConnect(String name, Duration wait) throws IOException {
        Path socket = process.temporaryDirectory().resolve(name);
        if (!isTrusted(socket)) {
            return null;
        }
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        open = channel;
        long deadline = System.nanoTime() + wait.toNanos();
        CompletableFuture<Void> tooLate = closeAfter(wait, channel);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return channel;
        } catch (IOException notConnected) {
            channel.close();
            if (closed) {
                throw interrupted();
            }
            if (System.nanoTime() >= deadline) {
                throw silent("does not answer", wait);
            }
            // Of an earlier process with the same id; the JVM replaces it when it begins to listen.
            return null;
        } finally {
            tooLate.cancel(false);
        }
    }

    /** A JVM that hangs accepts nobody: its queue is full after a few, and the next one would wait there for ever. */
    private static CompletableFuture<Void> closeAfter(Duration wait, SocketChannel channel) {
        return CompletableFuture.runAsync(
                () -> close(channel), CompletableFuture.delayedExecutor(wait.toNanos(), TimeUnit.NANOSECONDS));
    }

    /** Anybody may have put something into /tmp. */
    private boolean isTrusted(Path socket) throws IOException {
        Object owner = ownerOf(socket);
        return owner != null && !Files.isSymbolicLink(socket) && (owner.equals(process.user()) || owner.equals(0));
    }

    /** Null if there is no such file. */
    private @Nullable Object ownerOf(Path file) throws IOException {
        try {
            return Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException absent) {
            return null;
        } catch (IOException unreadable) {
            throw process.failure(unreadable, "look into its /tmp");
        }
    }

    private SocketChannel wakeAndConnect() throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        awaitQuitHandler(deadline);
        awaitRunning(deadline);
        Path trigger = createTrigger();
        try {
            QuitSignal.send(process);
            while (System.nanoTime() < deadline && process.isAlive() && !closed) {
                SocketChannel channel = tryConnect(hotSpotSocket(), patience);
                if (channel != null) {
                    return channel;
                }
                pause();
            }
        } finally {
            Files.deleteIfExists(trigger);
        }
        throw closed ? interrupted() : neverListened();
    }

    /** Only root's JVM can replace what belongs to another user: /tmp is sticky. */
    private IOException neverListened() throws IOException {
        Object owner = ownerOf(process.temporaryDirectory().resolve(hotSpotSocket()));
        boolean isInTheWay = owner != null && !owner.equals(process.user());
        if (isInTheWay && process.user() != 0 && process.isAlive()) {
            return new IOException(process + ": cannot listen: /tmp/" + hotSpotSocket()
                    + " is another user's, mostly of an earlier process with this id that was killed; remove it");
        }
        return silent("does not listen", patience);
    }

    private void awaitQuitHandler(long deadline) throws IOException {
        while (!process.catchesQuit()) {
            if (!process.isAlive()) {
                throw process.ended(null);
            }
            if (System.nanoTime() >= deadline) {
                throw new IOException(process + ": its JVM does not take SIGQUIT, which wakes the attach channel;"
                        + " it is still starting, or another library took that signal away from it");
            }
            pause();
        }
    }

    /** Sent earlier, SIGQUIT would wait for it, and print a thread dump if the trigger is gone when it goes on. */
    private void awaitRunning(long deadline) throws IOException {
        while (process.isStopped()) {
            if (closed) {
                throw interrupted();
            }
            if (System.nanoTime() >= deadline) {
                throw silent("does not listen", patience);
            }
            pause();
        }
    }

    private void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw interrupted();
        }
    }

    private Path createTrigger() throws IOException {
        Path trigger = process.temporaryDirectory().resolve(".attach_pid" + process.innerPid());
        try {
            Files.createFile(
                    trigger, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            SharedFile.giveTo(process, trigger);
        } catch (FileAlreadyExistsException somebodyElseAttaches) {
            // It does for both of us, if it is not a leftover of another user; and then the JVM ignores it and says so.
        } catch (AccessDeniedException denied) {
            throw new IOException(
                    process + ": cannot write to its /tmp, where HotSpot meets those who attach: permission denied",
                    denied);
        } catch (IOException failure) {
            throw process.failure(failure, "write to its /tmp, where HotSpot meets those who attach");
        }
        return trigger;
    }

    private String exchange(SocketChannel socket, ByteBuffer request, long deadline, Duration wait) throws IOException {
        socket.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            SelectionKey key = socket.register(selector, SelectionKey.OP_WRITE);
            while (request.hasRemaining()) {
                await(selector, deadline, wait);
                socket.write(request);
            }
            key.interestOps(SelectionKey.OP_READ);
            return read(socket, selector, deadline, wait);
        } catch (java.nio.channels.ClosedChannelException | java.nio.channels.ClosedSelectorException stop) {
            throw interrupted();
        }
    }

    private String read(SocketChannel socket, Selector selector, long deadline, Duration wait) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteBuffer part = ByteBuffer.allocate(4096);
        while (true) {
            await(selector, deadline, wait);
            int count;
            try {
                count = socket.read(part.clear());
            } catch (java.nio.channels.ClosedChannelException stop) {
                throw stop;
            } catch (IOException reset) {
                throw gone(reset);
            }
            if (count < 0) {
                return bytes.toString(StandardCharsets.UTF_8);
            }
            bytes.write(part.array(), 0, count);
            if (bytes.size() > MAX_ANSWER) {
                throw new IOException(process + ": answers more than its JVM ever would");
            }
        }
    }

    private IOException gone(@Nullable IOException cause) {
        return process.isAlive()
                ? new IOException(
                        process
                                + ": its JVM refused the connection; it takes commands from its own user and group and from root only",
                        cause)
                : process.ended(cause);
    }

    private void await(Selector selector, long deadline, Duration wait) throws IOException {
        selector.selectedKeys().clear();
        while (selector.selectedKeys().isEmpty()) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (closed) {
                throw interrupted();
            }
            if (left <= 0) {
                throw silent("does not answer", wait);
            }
            // A process that ends closes its sockets; one that is stopped does nothing.
            selector.select(Math.min(left, 1000));
        }
    }

    private IOException silent(String what, Duration waited) {
        if (!process.isAlive()) {
            return process.ended(null);
        }
        String why = process.isStopped()
                ? "it is stopped; 'kill -CONT " + process + "' lets it go on"
                : "it may be in a long pause, or its machine very busy; try again, or with a longer --timeout";
        return new IOException(process + ": " + what + " within " + waited.toMillis() / 1000 + " s: " + why);
    }

    private IOException interrupted() {
        return new IOException(process + ": interrupted");
    }

    private Answer answer(String text) throws IOException {
        int end = text.indexOf('\n');
        try {
            return new Answer(
                    Integer.parseInt(text.substring(0, Math.max(end, 0)).strip()), text.substring(end + 1));
        } catch (NumberFormatException none) {
            throw gone(null);
        }
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        SocketChannel socket = open;
        if (socket != null) {
            close(socket);
        }
    }

    private static void close(SocketChannel socket) {
        try {
            socket.close();
        } catch (IOException already) {
            // It is closed one way or the other.
        }
    }
}
