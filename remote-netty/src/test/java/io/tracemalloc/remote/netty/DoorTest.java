package io.tracemalloc.remote.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.spi.FakeSession;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the event loop does when connections take too much of it. */
final class DoorTest {

    /** No processor time at once. */
    private static final Server.Times NO_BURST = new Server.Times(30_000, 30_000, 60_000, 360_000, 0);

    /** Until there are 10 ms again, of which each second brings 20. */
    private static final long SHUT_MILLIS = 500;

    private static final String STATUS = "GET /tracemalloc/v1/status";
    private static final String STRANGE = STATUS + " HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @Test
    void letsStrangersInLater() throws IOException {
        try (TestServer server = TestServer.open("0", Map.of(), new FakeSession(), NO_BURST)) {
            long begin = System.nanoTime();

            for (int i = 0; i < Door.STRANGERS + 5; i++) {
                assertThat(server.send(STRANGE)).startsWith("HTTP/1.1 401 ");
            }
            assertThat(server.ask(STATUS)).startsWith("HTTP/1.1 200 ");

            assertThat(System.nanoTime() - begin).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(SHUT_MILLIS));
            assertThat(server.server.timesShut()).isEqualTo(1);
            assertThat(server.server.refused()).isEqualTo(Door.STRANGERS + 5);
        }
    }

    @Test
    void neverKeepsThoseWaitingWhoMayComeIn() throws IOException {
        try (TestServer server = TestServer.open("0", Map.of(), new FakeSession(), NO_BURST)) {
            for (int i = 0; i < 3 * Door.STRANGERS; i++) {
                assertThat(server.ask(STATUS)).startsWith("HTTP/1.1 200 ");
            }

            assertThat(server.server.timesShut()).isZero();
        }
    }

    @Test
    void endsConnectionsOnWhichSingleBytesComeIn() throws Exception {
        try (TestServer server = TestServer.open(new FakeSession());
                Socket socket = server.connect()) {
            socket.setTcpNoDelay(true);
            String request = "GET /" + "a".repeat(2 * PieceLimit.PIECES);
            int sent = 0;
            try {
                for (; sent < request.length(); sent++) {
                    socket.getOutputStream().write(request.charAt(sent));
                    Thread.sleep(5);
                }
            } catch (IOException closed) {
                // As it should be.
            }

            TestServer.await("it is closed", () -> server.server.connections() == 0);
            assertThat(server.server.refused()).isEqualTo(1);
        }
    }

    @Test
    void countsThePiecesOfEachRequestAnew() throws Exception {
        try (TestServer server = TestServer.open(new FakeSession());
                Socket socket = server.connect()) {
            String request =
                    STATUS + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + server.token + "\r\n\r\n";
            for (int i = 0; i < 2 * PieceLimit.PIECES; i++) {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                assertThat(answer(socket.getInputStream())).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void isWhereThoseComeInAgainWhoWereRefused() throws IOException {
        try (TestServer server = TestServer.open(new FakeSession())) {
            String wrong = "GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer wrong\r\n\r\n";

            String answers = server.send(wrong + wrong);

            assertThat(answers).contains("connection: close\r\n").containsOnlyOnce("HTTP/1.1 401 ");
        }
    }

    /** The head of an answer whose body has been read, too. */
    private static String answer(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        in.skipNBytes(Integer.parseInt(head.toString().replaceAll("(?s).*content-length: (\\d+).*", "$1")));
        return head.toString();
    }
}
