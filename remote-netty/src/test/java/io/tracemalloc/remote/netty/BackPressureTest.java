package io.tracemalloc.remote.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.internal.Providers;
import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.FakeSession;
import io.tracemalloc.spi.RemoteSession;
import io.tracemalloc.spi.SnapshotBuilder;
import io.tracemalloc.spi.SnapshotFormatProvider;
import io.tracemalloc.spi.SnapshotRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many readers, slow ones, and such that stop: memory stays bounded, and everybody else is served. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BackPressureTest {

    /** Records of the snapshot; {@code -Dtracemalloc.records=1000000} for the size of a real one. */
    private static final int RECORDS = Integer.getInteger("tracemalloc.records", 250_000);

    private static final int DOWNLOADS = 64;
    private static final Server.Times PATIENT = new Server.Times(60_000, 240_000, 60_000, 60_000, 600_000);

    private static Snapshot large;
    private static byte[] file;

    /* Sizes that do not compress, so that the file is much larger than what sockets hold. */
    @BeforeAll
    static void takeLargeSnapshot() throws IOException {
        SnapshotBuilder builder = new SnapshotBuilder();
        Random random = new Random(1);
        int frame = builder.frame("com.acme.Foo", "bar", "com/acme/Foo.java", 42);
        int traceback = builder.traceback(new int[] {frame}, 1, 1);
        int type = builder.type("byte[]");
        for (int i = 0; i < RECORDS; i++) {
            long size = random.nextLong() >>> 14;
            int record = builder.newRecord(traceback, type, 0, AllocationSink.NO_THREAD, size);
            builder.add(record, Metric.ALLOCATED, 1 + random.nextInt(1 << 10), size >> 16);
        }
        large = builder.snapshot(new SnapshotInfo(Instant.EPOCH, Duration.ofSeconds(1), 1, 1, Metric.ALLOCATED));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Providers.best(SnapshotFormatProvider.class).write(large, Metric.ALLOCATED, out);
        file = out.toByteArray();
        assertThat(file.length).isGreaterThan(1 << 20);
    }

    private static FakeSession session() {
        return new FakeSession().giving(() -> large);
    }

    private static RemoteSession client(TestServer server) throws IOException {
        return new NettyProvider().connect(server.server.address(), Map.of("token", server.token, "timeout", "240s"));
    }

    private static boolean downloads(TestServer server) throws IOException {
        try (RemoteSession client = client(server)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            client.snapshot(SnapshotRequest.DEFAULT, out, bytes -> {});
            return Arrays.equals(file, out.toByteArray());
        }
    }

    @Test
    void manyDownloadsAtATimeAreAllWhole() throws Exception {
        try (TestServer server = TestServer.open("0", Map.of(), session(), PATIENT)) {
            ExecutorService clients = Executors.newFixedThreadPool(DOWNLOADS);
            try {
                List<Future<Boolean>> all = new ArrayList<>();
                for (int i = 0; i < DOWNLOADS; i++) {
                    all.add(clients.submit(() -> downloads(server)));
                }
                for (Future<Boolean> each : all) {
                    assertThat(each.get()).isTrue();
                }
            } finally {
                clients.shutdownNow();
            }
            assertThat(server.server.refused()).isZero();
        }
    }

    /* A reader with as small a window as the kernel allows. */
    private static Socket slowReader(TestServer server) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(1024);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        socket.setSoTimeout(60_000);
        socket.getOutputStream()
                .write((server.request("GET /debug/pprof/heap") + "\r\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void aReaderThatStopsIsGivenUpAndHoldsUpNobody() throws Exception {
        Server.Times impatient = new Server.Times(60_000, 240_000, 60_000, 3_000, 600_000);
        try (TestServer server = TestServer.open("0", Map.of(), session(), impatient)) {
            List<Socket> readers = new ArrayList<>();
            for (int i = 0; i < SnapshotSlots.SLOTS; i++) {
                readers.add(slowReader(server));
            }

            TestServer.await("all are given up", () -> server.server.refused() == SnapshotSlots.SLOTS);
            assertThat(downloads(server)).isTrue();
            for (Socket reader : readers) {
                // What the kernel has taken is there, but not the end.
                String got = readAll(reader);
                assertThat(got).startsWith("HTTP/1.1 200 ").doesNotEndWith("\r\n0\r\n\r\n");
                assertThat(got.length()).isLessThan(file.length);
            }
        }
    }

    @Test
    void readersThatStopAreGivenUpSoonWhereOthersWait() throws Exception {
        Server.Times patientAlone = new Server.Times(60_000, 240_000, 2_000, 280_000, 600_000);
        try (TestServer server = TestServer.open("0", Map.of(), session(), patientAlone)) {
            List<Socket> readers = new ArrayList<>();
            for (int i = 0; i < SnapshotSlots.SLOTS; i++) {
                readers.add(slowReader(server));
            }
            for (Socket reader : readers) {
                assertThat(reader.getInputStream().read()).isEqualTo('H');
            }

            assertThat(downloads(server)).isTrue();
            assertThat(server.server.refused()).isPositive();
            for (Socket reader : readers) {
                reader.close();
            }
        }
    }

    private static String readAll(Socket socket) {
        StringBuilder all = new StringBuilder();
        byte[] part = new byte[8192];
        try (socket) {
            InputStream in = socket.getInputStream();
            for (int length = in.read(part); length >= 0; length = in.read(part)) {
                all.append(new String(part, 0, length, StandardCharsets.ISO_8859_1));
            }
        } catch (IOException reset) {
            // Which is how a connection ends that was given up.
        }
        return all.toString();
    }

    @Test
    void aSlowReaderGetsTheWhole() throws IOException {
        try (TestServer server = TestServer.open("0", Map.of(), session(), PATIENT);
                Socket reader = slowReader(server)) {
            String got = readAll(reader);

            assertThat(got).startsWith("HTTP/1.1 200 ").endsWith("\r\n0\r\n\r\n");
            assertThat(server.server.refused()).isZero();
        }
    }

    @Test
    void connectionsThatSaySoLittleAreEnded() throws IOException {
        Server.Times impatient = new Server.Times(200, 60_000, 60_000, 60_000, 600_000);
        try (TestServer server = TestServer.open("0", Map.of(), session(), impatient);
                Socket silent = server.connect();
                Socket half = server.connect()) {
            writeIfOpen(half, "GET / HTTP/1.1\r\nHost: loc");

            assertThat(readAll(silent)).isEmpty();
            assertThat(readAll(half)).isEmpty();
            TestServer.await("both are counted", () -> server.server.refused() == 2);
            TestServer.await("no connection is left", () -> server.server.connections() == 0);
        }
    }

    private static void writeIfOpen(Socket socket, String bytes) {
        try {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException endedAlready) {
            // On a machine as slow as that it has said nothing at all.
        }
    }

    @Test
    void connectionsAreLimited() throws IOException {
        try (TestServer server = TestServer.open("0", Map.of(), session(), PATIENT)) {
            List<Socket> held = new ArrayList<>();
            for (int i = 0; i < Server.CONNECTIONS; i++) {
                held.add(server.connect());
            }
            TestServer.await("all are there", () -> server.server.connections() == Server.CONNECTIONS);

            try (Socket tooMany = server.connect()) {
                assertThat(tooMany.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(server.server.refused()).isEqualTo(1);
            for (Socket each : held) {
                each.close();
            }
            TestServer.await("all are gone", () -> server.server.connections() == 0);
            assertThat(server.ask("GET /tracemalloc/v1/status")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void asksToComeAgainWhileTooManySnapshotsAreTaken() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        FakeSession busy = new FakeSession().giving(() -> {
            awaitUninterruptibly(goOn);
            return large;
        });
        try (TestServer server =
                TestServer.open("0", Map.of(), busy, new Server.Times(60_000, 100, 60_000, 60_000, 600_000))) {
            List<Socket> taking = new ArrayList<>();
            for (int i = 0; i < SnapshotSlots.SLOTS; i++) {
                taking.add(slowReader(server));
            }
            TestServer.await("all slots are taken", () -> status(server).contains("\"snapshots_in_flight\": 4"));

            assertThat(server.ask("GET /debug/pprof/heap"))
                    .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                    .contains("\r\nRetry-After: 5\r\n");
            goOn.countDown();
            for (Socket each : taking) {
                assertThat(readAll(each)).endsWith("\r\n0\r\n\r\n");
            }
            assertThat(server.ask("GET /debug/pprof/heap")).startsWith("HTTP/1.1 200 ");
        }
    }

    private static String status(TestServer server) {
        try {
            return server.ask("GET /tracemalloc/v1/status");
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void closingEndsWhatIsUnderWay() throws IOException {
        TestServer server = TestServer.open("0", Map.of(), session(), PATIENT);
        try (Socket reader = slowReader(server)) {
            TestServer.await("it has begun", () -> status(server).contains("\"snapshots_in_flight\": 1"));

            server.close();

            assertThat(readAll(reader)).doesNotEndWith("\r\n0\r\n\r\n");
        }
        TestServer.await(
                "all threads have ended",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("tracemalloc-remote-")));
    }
}
