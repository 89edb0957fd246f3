package io.tracemalloc.remote.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracemalloc.spi.FakeSession;
import io.tracemalloc.spi.RemoteSession;
import io.tracemalloc.spi.SnapshotRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The client against servers that do not do what they should. */
class ClientTest {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

    @TempDir
    private Path directory;

    /** Answers one connection after the other with these bytes; closes each, or keeps it open after {@code KEEP}. */
    private static final class Script implements AutoCloseable {
        static final String KEEP = "\u0000keep";

        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final Deque<String> answers;
        private final CountDownLatch end = new CountDownLatch(1);
        final AtomicInteger connections = new AtomicInteger();

        Script(String... answers) throws IOException {
            this.answers = new ArrayDeque<>(List.of(answers));
            Thread thread = new Thread(this::serve, "script");
            thread.setDaemon(true);
            thread.start();
        }

        private void serve() {
            try {
                while (!answers.isEmpty()) {
                    try (Socket socket = server.accept()) {
                        connections.incrementAndGet();
                        readRequest(socket.getInputStream());
                        String answer = answers.remove();
                        socket.getOutputStream().write(answer.replace(KEEP, "").getBytes(StandardCharsets.ISO_8859_1));
                        if (answer.endsWith(KEEP)) {
                            end.await();
                        }
                    }
                }
            } catch (IOException | InterruptedException over) {
                // The test has ended.
            }
        }

        private static void readRequest(InputStream in) throws IOException {
            int state = 0;
            while (state < 4) {
                int next = in.read();
                if (next < 0) {
                    return;
                }
                state = next == "\r\n\r\n".charAt(state) ? state + 1 : 0;
            }
        }

        String address() {
            return "127.0.0.1:" + server.getLocalPort();
        }

        RemoteSession connect() throws IOException {
            return new NettyProvider().connect(address(), Map.of("token", TOKEN, "timeout", "20s"));
        }

        @Override
        public void close() throws IOException {
            end.countDown();
            server.close();
        }
    }

    private static String status() {
        String json = StatusJson.write(new FakeSession().status(), Map.of("refused", 0L));
        return HEAD + "Content-Length: " + json.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + utf8(json);
    }

    /* The script writes a byte for each character. */
    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    @Test
    void comesAgainWhereTheServerIsBusy() throws IOException {
        String busy = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 4\r\n\r\nbusy";
        try (Script script = new Script(busy, busy, status());
                RemoteSession client = script.connect()) {
            assertThat(client.status()).isEqualTo(new FakeSession().status());
            assertThat(script.connections).hasValue(3);
        }
    }

    @Test
    void comesAgainThreeTimesAtMost() throws IOException {
        String busy = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 4\r\n\r\nbusy";
        try (Script script = new Script(busy, busy, busy, status());
                RemoteSession client = script.connect()) {
            assertThatThrownBy(client::status).hasMessage(script.address() + ": it is busy: busy");
            assertThat(script.connections).hasValue(3);
        }
    }

    @Test
    void changesNothingTwice() throws IOException {
        String busy = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 4\r\n\r\nbusy";
        try (Script script = new Script(busy, status());
                RemoteSession client = script.connect()) {
            assertThatThrownBy(client::clear).hasMessage(script.address() + ": it is busy: busy");
            assertThat(script.connections).hasValue(1);
        }
    }

    static Stream<Arguments> wrongAnswers() {
        String ok = "HTTP/1.1 200 OK\r\n";
        return Stream.of(
                Arguments.of("SSH-2.0-OpenSSH_9.2\r\n\r\n", "it does not speak HTTP"),
                Arguments.of(ok + "\r\n{}", "its answer does not say where it ends"),
                Arguments.of(ok + "Content-Length: 2\r\n\r\n{}", "expected a status (tracemalloc.status/1)"),
                Arguments.of(ok + "Content-Length: 5\r\n\r\n<html", "expected JSON with '{' at character 0"),
                Arguments.of(ok + "Content-Length: 99999\r\n\r\n{", "the connection was closed before the end"),
                Arguments.of(ok + "Content-Le", "the connection was closed before the end"),
                Arguments.of("", "the connection was closed before the end"),
                Arguments.of("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", "302"),
                Arguments.of("HTTP/1.1 404 Not Found\r\nContent-Length: 8\r\n\r\nno\nlines", "404, no"),
                Arguments.of(
                        "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
                        "401, the token is wrong: --token-file must name the file that the JVM printed at its start"));
    }

    @ParameterizedTest
    @MethodSource("wrongAnswers")
    void saysInOneLineWhatIsWrong(String answer, String reason) throws IOException {
        try (Script script = new Script(answer, answer, answer);
                RemoteSession client = script.connect()) {
            assertThatThrownBy(client::status)
                    .isInstanceOf(IOException.class)
                    .hasMessage(script.address() + ": " + reason);
        }
    }

    static Stream<Arguments> brokenTransfers() {
        return Stream.of(
                Arguments.of("Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n", 5),
                Arguments.of("Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n", 5),
                Arguments.of("Transfer-Encoding: chunked\r\n\r\n9\r\nabc", 3),
                Arguments.of("Content-Length: 10\r\n\r\nabcde", 5));
    }

    @ParameterizedTest
    @MethodSource("brokenTransfers")
    void noticesThatATransferBrokeOff(String rest, int bytes) throws IOException {
        try (Script script = new Script(HEAD + rest);
                RemoteSession client = script.connect()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();

            assertThatThrownBy(() -> client.snapshot(SnapshotRequest.DEFAULT, out, progress -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            script.address() + ": the transfer broke off: the connection was closed before the end");
            assertThat(out.size()).isLessThanOrEqualTo(bytes);
            assertThat(script.connections).hasValue(1);
        }
    }

    @Test
    void doesNotBlameTheTargetForAFullDisk() throws IOException {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        try (Script script = new Script(HEAD + "Content-Length: 5\r\n\r\nabcde");
                RemoteSession client = script.connect()) {
            assertThatThrownBy(() -> client.snapshot(SnapshotRequest.DEFAULT, full, progress -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessage(script.address() + ": what it sent could not be written: No space left on device");
            assertThat(script.connections).hasValue(1);
        }
    }

    @Test
    void noticesThatATransferIsGarbled() throws IOException {
        try (Script script = new Script(HEAD + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nZZ\r\nrest");
                RemoteSession client = script.connect()) {
            assertThatThrownBy(
                            () -> client.snapshot(SnapshotRequest.DEFAULT, new ByteArrayOutputStream(), progress -> {}))
                    .isInstanceOf(IOException.class)
                    .message()
                    .startsWith(script.address() + ": the transfer broke off: ");
        }
    }

    @Test
    void waitsNoLongerThanItIsTold() throws IOException {
        try (Script script = new Script(Script.KEEP);
                RemoteSession client =
                        new NettyProvider().connect(script.address(), Map.of("token", TOKEN, "timeout", "2s"))) {
            assertThatThrownBy(client::status).hasMessage(script.address() + ": no answer within 2000 ms");
            assertThat(script.connections).hasValue(1);
        }
    }

    @Test
    void endsWhatIsUnderWayWhenClosed() throws Exception {
        try (Script script = new Script(HEAD + "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n" + Script.KEEP)) {
            RemoteSession client = script.connect();
            CountDownLatch begun = new CountDownLatch(1);
            CompletableFuture<Void> copying = CompletableFuture.runAsync(() -> {
                try {
                    client.snapshot(SnapshotRequest.DEFAULT, new ByteArrayOutputStream(), bytes -> begun.countDown());
                } catch (IOException ended) {
                    throw new java.io.UncheckedIOException(ended);
                }
            });
            begun.await();

            client.close();

            assertThatThrownBy(copying::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining(script.address() + ": the transfer broke off");
        }
    }

    @Test
    void tellsThatNobodyListens() throws IOException {
        String gone;
        try (Script script = new Script()) {
            gone = script.address();
        }
        try (RemoteSession client = new NettyProvider().connect(gone, Map.of())) {
            assertThatThrownBy(client::status)
                    .hasMessage(gone + ": nobody listens there: is the JVM running, with listen=?");
        }
        String socket = "unix:" + directory.resolve("none.sock");
        try (RemoteSession client = new NettyProvider().connect(socket, Map.of())) {
            assertThatThrownBy(client::status).hasMessage(socket + ": there is no such socket");
        }
        try (RemoteSession client = new NettyProvider().connect("no-such-host.invalid:1", Map.of())) {
            assertThatThrownBy(client::status).hasMessage("no-such-host.invalid:1: unknown host");
        }
    }

    @Test
    void sendsNoTokenInTheClear() throws IOException {
        try (RemoteSession client = new NettyProvider().connect("http://192.0.2.1:1", Map.of("token", TOKEN))) {
            assertThatThrownBy(client::status)
                    .hasMessage("http://192.0.2.1:1: the token would be readable on the network: use https://");
        }
    }

    @Test
    void speaksThroughASocketOfTheFileSystem() throws IOException {
        FakeSession session = new FakeSession();
        Path socket = directory.resolve("trace.sock");
        try (TestServer server = TestServer.open("unix:" + socket, Map.of(), session, Server.TIMES);
                RemoteSession client = new NettyProvider().connect("unix:" + socket, Map.of("token", server.token))) {
            assertThat(client.status()).isEqualTo(session.status());
            assertThat(client.stop().tracing()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "timeout=0 | timeout must be a duration such as 500ms, 10s or 1m, got 0",
                "timeout=soon | timeout must be a duration such as 500ms, 10s or 1m, got soon",
                "fingerprint=abc | fingerprint must be SHA-256, 64 hexadecimal digits with or without colons, got abc",
                "token=a b | the token must be printable characters without blanks",
                "colour=red | the remote channel has no setting colour",
                "token-file= | token-file must be a file, got nothing"
            })
    void refusesSettingsThatMakeNoSense(String setting, String reason) {
        String[] nameAndValue = setting.strip().split("=", 2);

        assertThatThrownBy(() -> new NettyProvider().connect("localhost:1", Map.of(nameAndValue[0], nameAndValue[1])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(reason.strip());
    }

    @Test
    void saysWhichFileCannotBeRead() throws IOException {
        Path none = directory.resolve("none");
        for (String name : List.of("token-file", "ca")) {
            assertThatThrownBy(() -> new NettyProvider().connect("https://localhost:1", Map.of(name, none.toString())))
                    .isInstanceOf(IOException.class)
                    .hasMessage(name + ": " + none + " does not exist");
        }
        Path noPem = Files.writeString(directory.resolve("no.pem"), "no PEM");
        assertThatThrownBy(() -> new NettyProvider().connect("https://localhost:1", Map.of("ca", noPem.toString())))
                .isInstanceOf(IOException.class)
                .message()
                .startsWith("cannot use ca, cert or key")
                .doesNotContain("\n");
    }
}
