package io.tracemalloc.remote.netty;

import io.tracemalloc.spi.FakeSession;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A server under test, and requests written by hand. */
final class TestServer implements AutoCloseable {

    private static final int READ_TIMEOUT_MILLIS = 60_000;
    private static final long DEADLINE_SECONDS = 60;

    final Server server;
    final String token;

    private TestServer(Server server) throws IOException {
        this.server = server;
        this.token = Files.readString(server.tokenFile().orElseThrow()).strip();
    }

    static TestServer open(FakeSession session) throws IOException {
        return open("0", Map.of(), session, Server.TIMES);
    }

    static TestServer open(String address, Map<String, String> settings, FakeSession session, Server.Times times)
            throws IOException {
        ListenAddress listen = ListenAddress.parse(address);
        return new TestServer(Server.open(listen, ServerSettings.of(listen, settings), session, times));
    }

    int port() {
        return URI.create(server.address()).getPort();
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        return socket;
    }

    /** A request that is let in, without the empty line at its end. */
    String request(String line) {
        return line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer " + token + "\r\n";
    }

    /** All that comes back until the connection ends. */
    String send(String bytes) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The answer to a request that is let in. */
    String ask(String line) throws IOException {
        return send(request(line) + "\r\n");
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + DEADLINE_SECONDS + " s: " + what);
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
