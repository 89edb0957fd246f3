package io.tracemalloc.remote.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.FakeSession;
import io.tracemalloc.spi.SnapshotBuilder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that were made without knowing of this one; each test is skipped where its program is missing. */
class RealClientsTest {

    private static final long DEADLINE_SECONDS = 120;

    private final FakeSession session = new FakeSession().giving(() -> snapshot(3));

    @TempDir
    private Path directory;

    private static Snapshot snapshot(int blocks) {
        SnapshotBuilder builder = new SnapshotBuilder();
        int frame = builder.frame("com.acme.Foo", "bar", "com/acme/Foo.java", 42);
        int traceback = builder.traceback(new int[] {frame}, 1, 1);
        int record = builder.record(traceback, builder.type("byte[]"), 0, AllocationSink.NO_THREAD, 1 << 20);
        builder.add(record, Metric.ALLOCATED, blocks, (long) blocks << 20);
        builder.add(record, Metric.LIVE, blocks, (long) blocks << 20);
        return builder.snapshot(new SnapshotInfo(Instant.EPOCH, Duration.ofSeconds(blocks), 1, 1, Metric.LIVE));
    }

    private record Ended(int status, String out) {}

    private static void assumeInstalled(String program) {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(each -> Files.isExecutable(Path.of(each, program))),
                "no " + program + " here");
    }

    private Ended run(String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "out", "");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(out.toFile());
        builder.environment().put("PPROF_TMPDIR", directory.toString());
        builder.environment().put("HOME", directory.toString());
        builder.environment().keySet().removeAll(List.of("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"));
        Process process = builder.start();
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(Arrays.toString(command) + " did not end: " + Files.readString(out));
        }
        return new Ended(process.exitValue(), Files.readString(out));
    }

    @Test
    void curlGetsASnapshotFile() throws Exception {
        assumeInstalled("curl");
        Path file = directory.resolve("heap.pb.gz");
        try (TestServer server = TestServer.open(session)) {
            String address = "http://localhost:" + server.port();

            Ended done = run(
                    "curl",
                    "-sS",
                    "-f",
                    "-u",
                    "x:" + server.token,
                    "-o",
                    file.toString(),
                    address + "/debug/pprof/heap");
            Ended refused = run("curl", "-sS", "-o", "body", "-w", "%{http_code}", address + "/debug/pprof/heap");

            assertThat(done).isEqualTo(new Ended(0, ""));
            assertThat(Snapshot.load(file).totalBytes(Metric.LIVE)).isEqualTo(3 << 20);
            assertThat(refused.out()).isEqualTo("401");
        }
    }

    @Test
    void curlSteersTheSession() throws Exception {
        assumeInstalled("curl");
        try (TestServer server = TestServer.open(session)) {
            String address = "http://localhost:" + server.port() + "/tracemalloc/v1/";

            assertThat(run("curl", "-sS", "-X", "POST", "-u", "x:" + server.token, address + "stop")
                            .out())
                    .contains("\"tracing\": false");
            assertThat(run(
                                    "curl",
                                    "-sS",
                                    "-X",
                                    "POST",
                                    "-H",
                                    "Authorization: Bearer " + server.token,
                                    address + "start?frames=9")
                            .out())
                    .contains("\"tracing\": true")
                    .contains("\"frames\": 9");
            assertThat(session.options().frames()).isEqualTo(9);
        }
    }

    @Test
    void curlComesThroughASocket() throws Exception {
        assumeInstalled("curl");
        Path socket = directory.resolve("trace.sock");
        try (TestServer server = TestServer.open("unix:" + socket, Map.of(), session, Server.TIMES)) {
            Ended done = run(
                    "curl",
                    "-sS",
                    "--unix-socket",
                    socket.toString(),
                    "-u",
                    "x:" + server.token,
                    "http://localhost/tracemalloc/v1/status");

            assertThat(done.out()).contains("\"tracing\": true");
        }
    }

    @Test
    void curlTrustsACertificateThatItWasGiven() throws Exception {
        assumeInstalled("curl");
        PemFiles pem = PemFiles.write(directory, "server", Instant.now(), Duration.ofDays(1), "localhost", "127.0.0.1");
        Map<String, String> settings = Map.of(
                "tls-cert", pem.certificate().toString(), "tls-key", pem.key().toString());
        try (TestServer server = TestServer.open("0", settings, session, Server.TIMES)) {
            String address = "https://localhost:" + server.port() + "/tracemalloc/v1/status";

            Ended trusting =
                    run("curl", "-sS", "--cacert", pem.certificate().toString(), "-u", "x:" + server.token, address);
            Ended wary = run("curl", "-sS", "-u", "x:" + server.token, address);

            assertThat(trusting.out()).contains("\"tracing\": true");
            assertThat(wary.status()).isEqualTo(60);
        }
    }

    @Test
    void pprofShowsTheTopAndTheDifference() throws Exception {
        assumeInstalled("go");
        assumeInstalled("curl");
        Path base = directory.resolve("base.pb.gz");
        try (TestServer server = TestServer.open(session)) {
            String address = "http://x:" + server.token + "@localhost:" + server.port() + "/debug/pprof/";
            run("curl", "-sS", "-f", "-o", base.toString(), address + "heap");
            session.giving(() -> snapshot(5));

            Ended top = run("go", "tool", "pprof", "-top", address + "heap");
            Ended allocated = run("go", "tool", "pprof", "-top", address + "allocs");
            Ended diff = run("go", "tool", "pprof", "-top", "-diff_base", base.toString(), address + "heap");

            assertThat(top.out()).contains("Type: inuse_space").containsPattern("5MB +100% .*com\\.acme\\.Foo\\.bar");
            assertThat(allocated.out()).contains("Type: alloc_space").contains("com.acme.Foo.bar");
            assertThat(diff.out()).containsPattern("2MB .*com\\.acme\\.Foo\\.bar");
        }
    }

    @Test
    void pprofWaitsForADifference() throws Exception {
        assumeInstalled("go");
        int[] blocks = {3};
        session.giving(() -> snapshot(blocks[0]++));
        try (TestServer server = TestServer.open(session)) {
            String address = "http://x:" + server.token + "@localhost:" + server.port() + "/debug/pprof/allocs";

            Ended top = run("go", "tool", "pprof", "-top", "-seconds", "1", address);

            assertThat(top.out()).containsPattern("1MB +100% .*com\\.acme\\.Foo\\.bar");
        }
    }

    @Test
    void opensslShakesHands() throws Exception {
        assumeInstalled("openssl");
        PemFiles pem = PemFiles.write(directory, "server", Instant.now(), Duration.ofDays(1), "localhost", "127.0.0.1");
        Map<String, String> settings = Map.of(
                "tls-cert", pem.certificate().toString(), "tls-key", pem.key().toString());
        try (TestServer server = TestServer.open("0", settings, session, Server.TIMES)) {
            String where = "localhost:" + server.port();

            Ended modern = run(
                    "openssl",
                    "s_client",
                    "-connect",
                    where,
                    "-CAfile",
                    pem.certificate().toString(),
                    "-verify_return_error",
                    "-verify_hostname",
                    "localhost");
            Ended old = run("openssl", "s_client", "-connect", where, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0");
            Ended fingerprint =
                    run("openssl", "x509", "-in", pem.certificate().toString(), "-noout", "-fingerprint", "-sha256");

            assertThat(modern.out()).contains("Verify return code: 0 (ok)").contains("TLSv1.3");
            assertThat(modern.status()).isZero();
            assertThat(old.status()).isNotZero();
            assertThat(fingerprint.out()).isEqualToIgnoringCase("sha256 Fingerprint=" + pem.fingerprint() + "\n");
        }
    }
}
