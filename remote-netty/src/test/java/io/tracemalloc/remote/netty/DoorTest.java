package io.tracemalloc.remote.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.spi.FakeSession;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the event loop does when connections take too much of it. */
final class DoorTest {

    /** No processor time at once: each connection shuts the door. */
    private static final Server.Times SHUT = new Server.Times(30_000, 30_000, 60_000, 360_000, 0);

    /** Until there are 10 ms again, of which each second brings 20. */
    private static final long SHUT_MILLIS = 500;

    @Test
    void letsInTheNextOnesLater() throws IOException {
        try (TestServer server = TestServer.open("0", Map.of(), new FakeSession(), SHUT)) {
            assertThat(server.ask("GET /tracemalloc/v1/status")).startsWith("HTTP/1.1 200 ");
            long begin = System.nanoTime();

            assertThat(server.ask("GET /tracemalloc/v1/status")).startsWith("HTTP/1.1 200 ");
            assertThat(server.ask("GET /tracemalloc/v1/status")).startsWith("HTTP/1.1 200 ");

            // The first pause may have begun a little before the clock was read.
            assertThat(System.nanoTime() - begin).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(SHUT_MILLIS));
            assertThat(server.server.refused()).isZero();
        }
    }

    @Test
    void goesOnServingThoseWhoAreIn() throws IOException {
        try (TestServer server = TestServer.open("0", Map.of(), new FakeSession(), SHUT)) {
            String kept = "GET /tracemalloc/v1/status HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                    + server.token + "\r\n\r\n";

            String answers = server.send(kept + kept + server.request("GET /tracemalloc/v1/status") + "\r\n");

            assertThat(answers.split("HTTP/1.1 200 ", -1)).hasSize(4);
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
}
