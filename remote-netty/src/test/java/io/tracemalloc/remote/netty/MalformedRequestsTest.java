package io.tracemalloc.remote.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.spi.FakeSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are none: each is refused, counted, and ends its connection, and the server goes on. */
class MalformedRequestsTest {

    /** More of them by {@code -Dtracemalloc.fuzz=100000}. */
    private static final int REQUESTS = Integer.getInteger("tracemalloc.fuzz", 20_000);

    private static final int THREADS = 4;

    /** All at once, whatever that costs. */
    private static final Server.Times BY_AN_OPEN_DOOR = new Server.Times(30_000, 30_000, 60_000, 360_000, 600_000);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
                "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "Content-Length: 1, 2\r\n\r\nab",
                "Content-Length: -1\r\n\r\n",
                "Content-Length: +1\r\n\r\na",
                "Content-Length: 0x1\r\n\r\na",
                "Content-Length: 99999999999999999999\r\n\r\n",
                "Transfer-Encoding: gzip\r\n\r\n",
                "Transfer-Encoding: chunked, gzip\r\n\r\n",
                "Transfer-Encoding: xchunked\r\n\r\n",
                "Transfer-Encoding : chunked\r\n\r\n",
                "Transfer-Encoding:\u000bchunked\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\nXYZ\r\n",
                "Transfer-Encoding: chunked\r\n\r\n-1\r\n",
                "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
                "X: folded\r\n header\r\n\r\n",
                "X: folded\r\n\theader\r\n\r\n",
                "X: bare\nY: line feed\r\n\r\n",
                "X: bare\rY: return\r\n\r\n",
                "X: nul\0\r\n\r\n",
                "X: \u00e9\r\n\r\n",
                "X\r\n\r\n",
                ": empty\r\n\r\n",
                "X Y: z\r\n\r\n",
                "X(): z\r\n\r\n"
            })
    void areRefusedThoughTheTokenIsRight(String headers) throws IOException {
        FakeSession session = new FakeSession();
        try (TestServer server = TestServer.open(session)) {
            String smuggled = server.request("POST /tracemalloc/v1/stop") + "\r\n";

            String answer =
                    server.send(server.request("POST /tracemalloc/v1/clear").replace("Connection: close\r\n", "")
                            + headers
                            + smuggled);

            assertThat(answer).startsWith("HTTP/1.1 400 Bad Request\r\n").contains("\r\nconnection: close\r\n");
            assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2);
            assertThat(session.clears()).isZero();
            assertThat(session.isTracing()).isTrue();
            assertThat(server.server.refused()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET / HTTP/1.0, 505",
        "GET / HTTP/2.0, 505",
        "GET / HTTP/1.1x, 400",
        "GET / HTTP/11, 400",
        "GET /, 400",
        "GET, 400",
        "GET  /  HTTP/1.1, 400",
        "' GET / HTTP/1.1', 400",
        "G(T / HTTP/1.1, 400",
        "GET /a b HTTP/1.1, 400",
        "GET\t/ HTTP/1.1, 400",
        "GET /\tHTTP/1.1, 400",
        "PRI * HTTP/2.0, 505"
    })
    void areRefusedByTheirFirstLine(String line, int status) throws IOException {
        try (TestServer server = TestServer.open(new FakeSession())) {
            assertThat(server.send(line + "\r\nHost: localhost\r\nAuthorization: Bearer " + server.token + "\r\n\r\n"))
                    .startsWith("HTTP/1.1 " + status + " ");
            assertThat(server.server.refused()).isEqualTo(1);
        }
    }

    @Test
    void areRefusedByTheirSize() throws IOException {
        try (TestServer server = TestServer.open(new FakeSession())) {
            assertThat(server.ask("GET /" + "a".repeat(StrictRequestDecoder.MAX_LINE_BYTES)))
                    .startsWith("HTTP/1.1 414 ");
            assertThat(server.send(server.request("GET /") + "X: " + "a".repeat(StrictRequestDecoder.MAX_HEADER_BYTES)
                            + "\r\n\r\n"))
                    .startsWith("HTTP/1.1 431 ");
            assertThat(server.send(server.request("GET /") + "X: y\r\n".repeat(3000) + "\r\n"))
                    .startsWith("HTTP/1.1 431 ");
            assertThat(server.server.refused()).isEqualTo(3);
        }
    }

    @Test
    void doNoHarmHoweverMany() throws Exception {
        FakeSession session = new FakeSession();
        Path socket = directory.resolve("fuzz.sock");
        try (TestServer server = TestServer.open("unix:" + socket, Map.of(), session, BY_AN_OPEN_DOOR)) {
            Malformed malformed = new Malformed(server.token);
            ExecutorService clients = Executors.newFixedThreadPool(THREADS);
            try {
                List<Future<?>> all = new ArrayList<>();
                for (int thread = 0; thread < THREADS; thread++) {
                    int first = thread;
                    all.add(clients.submit(() -> sendAll(socket, malformed, first)));
                }
                for (Future<?> each : all) {
                    each.get();
                }
            } finally {
                clients.shutdownNow();
            }

            assertThat(server.server.refused()).isEqualTo(REQUESTS);
            TestServer.await("no connection is left", () -> server.server.connections() == 0);
            assertThat(session.isTracing()).isTrue();
            assertThat(session.clears()).isZero();
            assertThat(send(socket, server.request("GET /tracemalloc/v1/status") + "\r\n"))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    private static Void sendAll(Path socket, Malformed malformed, int first) throws IOException {
        for (int seed = first; seed < REQUESTS; seed += THREADS) {
            String request = malformed.request(new Random(seed));
            assertThat(send(socket, request)).as("seed %d: %s", seed, request).matches("(?s)HTTP/1\\.1 [45].*");
        }
        return null;
    }

    private static String send(Path socket, String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1));
            try {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException refusedMeanwhile) {
                // The answer is there nevertheless.
            }
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            ByteBuffer part = ByteBuffer.allocate(4096);
            try {
                while (channel.read(part.clear()) >= 0) {
                    answer.write(part.array(), 0, part.position());
                }
            } catch (IOException reset) {
                // What came before counts.
            }
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }

    /** Makes requests that are wrong in one way or another, the same one for the same seed. */
    private static final class Malformed {
        private final String token;

        Malformed(String token) {
            this.token = token;
        }

        String request(Random random) {
            String line = "POST /tracemalloc/v1/clear HTTP/1.1\r\n";
            String head = "Host: localhost\r\nAuthorization: Bearer " + token + "\r\n";
            return switch (random.nextInt(14)) {
                case 0 ->
                    line + head + "Content-Length: " + random.nextInt(9)
                            + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
                case 1 -> line + head + "Transfer-Encoding: " + word(random) + "\r\n\r\n";
                case 2 -> line + head + "Content-Length: " + word(random) + "\r\n\r\n";
                case 3 -> line + head + word(random) + "\r\n " + word(random) + "\r\n\r\n";
                case 4 -> line + head + "X: " + "y".repeat(9000 + random.nextInt(9000)) + "\r\n\r\n";
                case 5 -> "GET /" + "a".repeat(4096 + random.nextInt(9000)) + " HTTP/1.1\r\n" + head + "\r\n";
                case 6 -> bytes(random, 1 + random.nextInt(200)) + "\r\n\r\n\n";
                case 7 -> insert(random, line + head + "\r\n", (char) random.nextInt(9));
                case 8 -> insert(random, line + head + "\r\n", (char) (128 + random.nextInt(128)));
                case 9 -> line.replace("1.1", random.nextInt(10) + "." + (2 + random.nextInt(8))) + head + "\r\n";
                case 10 -> word(random) + " " + word(random) + "\r\n" + head + "\r\n";
                case 11 ->
                    line + "Host: " + word(random) + ".example\r\n" + head.substring(head.indexOf("Auth")) + "\r\n";
                case 12 -> line + "Host: localhost\r\nOrigin: http://" + word(random) + "\r\n\r\n";
                default -> line + head + "Content-Length: " + (1 + random.nextInt(9)) + "\r\n\r\n";
            };
        }

        private static String word(Random random) {
            StringBuilder word = new StringBuilder("q");
            for (int i = random.nextInt(12); i >= 0; i--) {
                word.append((char) ('a' + random.nextInt(26)));
            }
            return word.toString();
        }

        private static String bytes(Random random, int length) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            bytes[0] = 1;
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }

        private static String insert(Random random, String text, char foreign) {
            int at = random.nextInt(text.length());
            return text.substring(0, at) + foreign + text.substring(at);
        }
    }
}
