package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sends to a profile database that a test plays. */
@Timeout(60)
class ForwarderTest {

    private static final Instant NOON = Instant.ofEpochSecond(1_800_000_000);

    @TempDir
    Path directory;

    private final StringWriter err = new StringWriter();
    private final Terminal terminal =
            new Terminal(new PrintWriter(new StringWriter()), new PrintWriter(err), false, false, Map.of());
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final Deque<Integer> statuses = new ArrayDeque<>();
    private HttpServer server;

    @BeforeEach
    void startDatabase() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stopDatabase() {
        server.stop(0);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestMethod()
                + ' '
                + exchange.getRequestURI()
                + ' '
                + exchange.getRequestHeaders().getFirst("Authorization"));
        bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        int status = statuses.isEmpty() ? 200 : statuses.removeFirst();
        byte[] text = (status == 200 ? "" : "not now\n" + "x".repeat(1_000_000)).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, text.length == 0 ? -1 : text.length);
        try (exchange) {
            exchange.getResponseBody().write(text);
        } catch (IOException clientHasReadEnough) {
            // It reads the beginning only.
        }
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private Forwarding start(String url) throws IOException {
        return Forwarding.start(
                new Forwarder.Destination(URI.create(url), "shop", Map.of("Authorization", "Bearer s3cret")),
                directory.resolve("queue"),
                1 << 20,
                new Outages(terminal),
                terminal);
    }

    private Path snapshot(String content) throws IOException {
        return Files.writeString(directory.resolve(content + ".pb.gz"), content);
    }

    private List<String> queued() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("queue"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void postsTheBytesAsPyroscopeWantsThem() throws IOException {
        Forwarding forwarding = start(url());

        forwarding.add(snapshot("one"), "web-1:9000", NOON.minusSeconds(15), NOON);
        forwarding.finish(Duration.ofSeconds(30));

        assertThat(requests)
                .containsExactly("POST /ingest?format=pprof&name=shop%7Bhost%3D%22web-1%3A9000%22%7D"
                        + "&from=1799999985&until=1800000000 Bearer s3cret");
        assertThat(bodies).containsExactly("one");
        assertThat(queued()).isEmpty();
    }

    @Test
    void takesThePathOfTheUrlAndNoLabelThatCouldBreakOut() throws IOException {
        Forwarding forwarding = start(url() + "/tenant/ingest");

        forwarding.add(snapshot("one"), "a\"}{b=\"c", NOON, NOON);
        forwarding.finish(Duration.ofSeconds(30));

        assertThat(requests)
                .containsExactly("POST /tenant/ingest?format=pprof&name=shop%7Bhost%3D%22a___b__c%22%7D"
                        + "&from=1800000000&until=1800000000 Bearer s3cret");
    }

    @Test
    void triesAgainWhatMayPass() throws IOException {
        statuses.addAll(List.of(503, 429, 200));
        Forwarding forwarding = start(url());

        forwarding.add(snapshot("one"), "a:1", NOON, NOON);
        forwarding.finish(Duration.ofSeconds(30));

        assertThat(bodies).containsExactly("one", "one", "one");
        assertThat(queued()).isEmpty();
        assertThat(err.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("tracemalloc: " + url() + ": HTTP 503 not now\\nxxx")
                                .endsWith("x; profiles wait on disk and are sent when it answers again")
                                .hasSizeLessThan(400),
                        line -> assertThat(line).isEqualTo("tracemalloc: " + url() + ": back after 2 failed tries"));
    }

    @Test
    void givesUpWhatIsRefusedForGood() throws IOException {
        statuses.addAll(List.of(400, 401));
        Forwarding forwarding = start(url());

        forwarding.add(snapshot("one"), "a:1", NOON, NOON);
        forwarding.add(snapshot("two"), "b:1", NOON, NOON);
        forwarding.add(snapshot("three"), "c:1", NOON, NOON);
        forwarding.finish(Duration.ofSeconds(30));
        forwarding.summarise();

        assertThat(bodies).containsExactly("one", "two", "three");
        assertThat(queued()).isEmpty();
        assertThat(err.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("tracemalloc: " + url() + ": refused a profile of a:1: HTTP 400"),
                        line -> assertThat(line)
                                .isEqualTo(
                                        "tracemalloc: forwarded 1 profile; 0 left in the queue, 0 dropped for want of"
                                                + " room, 2 refused"));
    }

    @Test
    void sendsAfterARestartWhatWaitedOnDisk() throws IOException {
        statuses.addAll(List.of(500, 500, 500, 500, 500, 500));
        Forwarding first = start(url());
        Path kept = snapshot("one");
        first.add(kept, "web-1:9000", NOON, NOON);
        first.finish(Duration.ofMillis(1));
        Files.delete(kept);
        synchronized (this) {
            statuses.clear();
        }
        assertThat(queued()).containsExactly("0000000000000001~1800000000~1800000000~web-1@9000.pb.gz");

        Forwarding second = start(url());
        second.add(snapshot("two"), "b:1", NOON, NOON);
        second.finish(Duration.ofSeconds(30));

        assertThat(bodies.subList(bodies.size() - 2, bodies.size())).containsExactly("one", "two");
        assertThat(requests.get(requests.size() - 2)).contains("web-1%3A9000");
        assertThat(queued()).isEmpty();
        assertThat(err.toString()).contains("tracemalloc: 1 profile of an earlier run to be sent first\n");
    }

    @Test
    void dropsTheOldestBeyondItsShareOfTheDisk() throws IOException {
        ForwardQueue queue = ForwardQueue.open(directory.resolve("queue"), 8);

        queue.add(snapshot("one"), "a:1", NOON, NOON);
        queue.add(snapshot("two"), "b:1", NOON, NOON);
        queue.add(snapshot("four"), "c:1", NOON, NOON);

        assertThat(queued())
                .containsExactly(
                        "0000000000000002~1800000000~1800000000~b@1.pb.gz",
                        "0000000000000003~1800000000~1800000000~c@1.pb.gz");
        assertThat(queue.dropped()).isEqualTo(1);
        assertThat(ForwardQueue.open(directory.resolve("queue"), 4).size()).isEqualTo(1);
    }
}
