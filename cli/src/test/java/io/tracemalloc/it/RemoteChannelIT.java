package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Tracemalloc;
import io.tracemalloc.internal.Providers;
import io.tracemalloc.spi.RemoteChannelProvider;
import io.tracemalloc.spi.RemoteSession;
import io.tracemalloc.spi.RemoteStatus;
import io.tracemalloc.spi.SnapshotColumns;
import io.tracemalloc.spi.SnapshotRequest;
import io.tracemalloc.statistic.GroupBy;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The channel of the distribution inside real programs: what clients get, and that the programs do not notice. */
@DisabledOnOs(OS.WINDOWS)
final class RemoteChannelIT {

    private static final int MALFORMED = 2000;

    @TempDir
    private Path directory;

    private final List<Forked.Running> running = new ArrayList<>();

    @AfterEach
    void endAll() {
        running.forEach(each -> Killed.kill(each.process()));
    }

    private static Path[] libraries(String name) {
        Path programs = Path.of(System.getProperty("tracemalloc.programs", "target/programs"));
        try (Stream<Path> jars = Files.list(programs.resolve(name))) {
            return jars.map(Path::toAbsolutePath).sorted().toArray(Path[]::new);
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    private static Subject database() {
        return Subject.of("known.DatabaseLoop");
    }

    /** A program with a channel at a free port, and clients of it. */
    private final class Served {
        final Forked.Running jvm;
        final String address;
        final Path tokenFile;

        Served(Forked forked) {
            jvm = forked.start();
            running.add(jvm);
            String err = jvm.awaitError("tracemalloc: listening on .*");
            address = line(err, "tracemalloc: listening on ");
            tokenFile = Path.of(line(err, "tracemalloc: token in "));
        }

        private static String line(String err, String start) {
            return err.lines()
                    .filter(each -> each.startsWith(start))
                    .map(each -> each.substring(start.length()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(start + " is missing: " + err));
        }

        RemoteSession connect() throws IOException {
            return Providers.best(RemoteChannelProvider.class)
                    .connect(address, Map.of("token-file", tokenFile.toString(), "timeout", "120s"));
        }

        Snapshot snapshot(SnapshotRequest request) throws IOException {
            Path file = Files.createTempFile(directory, "heap", ".pb.gz");
            try (RemoteSession client = connect();
                    OutputStream out = Files.newOutputStream(file)) {
                client.snapshot(request, out, bytes -> {});
            }
            return Snapshot.load(file);
        }

        String token() throws IOException {
            return Files.readString(tokenFile).strip();
        }

        /** Lets it come to its own end. */
        Forked.Ended end() throws IOException {
            jvm.process().getOutputStream().write('\n');
            jvm.process().getOutputStream().close();
            return jvm.end();
        }
    }

    private static void awaitTracing(RemoteSession client) throws IOException {
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!client.status().tracing()) {
            assertThat(System.nanoTime()).as("it begins to trace").isLessThan(deadline);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "17, known.NettyLoop, netty-4.1, request",
        "17, known.NettyLoop, netty-4.2, request",
        "25, known.NettyLoop, netty-4.1, request",
        "25, known.NettyLoop, netty-4.2, request",
        "17, known.ProtobufLoop, protobuf-3, value",
        "25, known.ProtobufLoop, protobuf-3, value"
    })
    void aProgramKeepsItsOwnLibraries(int feature, String program, String libraries, String marker) throws IOException {
        Path[] jars = libraries(libraries);
        Subject subject = Subject.of(program, program.endsWith("NettyLoop") ? libraries("netty-4.1") : jars);
        Forked.Running plain =
                new Forked(JavaHome.of(feature)).with(jars).main(subject).start();
        plain.process().getOutputStream().close();
        Forked.Ended untraced = plain.end();

        Served served = new Served(new Forked(JavaHome.of(feature))
                .agent("frames=4,interval=1k,listen=0")
                .with(jars)
                .main(subject));
        served.jvm.awaitOutput("sum ");
        Snapshot snapshot = served.snapshot(SnapshotRequest.DEFAULT);
        Forked.Ended ended = served.end();

        assertThat(ended.out()).isEqualTo(untraced.out()).contains("sum ").endsWith("done\n");
        assertThat(ended.err().lines().filter(line -> !line.startsWith("tracemalloc: ")))
                .containsExactlyElementsOf(untraced.err().lines().toList());
        assertThat(ended.status()).isZero();
        assertThat(snapshot.statistics(GroupBy.LINE, true, Metric.ALLOCATED).stream()
                        .map(each -> each.key()))
                .contains(subject.fileName() + ":" + subject.lineOf(marker));
        assertThat(served.tokenFile).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void aClientSeesAndSteersADatabase(int feature) throws IOException {
        Served served = new Served(new Forked(JavaHome.of(feature))
                .agent("frames=25,listen=0")
                .with(libraries("h2"))
                .main(database()));
        served.jvm.awaitOutput("rows 2000 ");
        try (RemoteSession client = served.connect()) {
            RemoteStatus status = client.status();
            assertThat(status.tracing()).isTrue();
            assertThat(status.frames()).isEqualTo(25);
            assertThat(status.backend()).isNotEmpty();
            assertThat(status.program()).isEqualTo("known.DatabaseLoop");
            assertThat(status.pid()).isEqualTo(served.jvm.process().pid());
            assertThat(status.uptime()).isPositive();
            assertThatThrownBy(() -> client.start(TraceOptions.DEFAULTS))
                    .hasMessage(served.address + ": 409, it traces already");

            Snapshot second = served.snapshot(new SnapshotRequest(false, Metric.ALLOCATED, Duration.ofSeconds(1)));
            Snapshot all = served.snapshot(new SnapshotRequest(true, Metric.LIVE, Duration.ZERO));

            assertThat(second.totalBytes(Metric.ALLOCATED)).isLessThan(all.totalBytes(Metric.ALLOCATED));
            assertThat(second.totalBytes(Metric.ALLOCATED)).isPositive();
            assertThat(second.defaultMetric()).isEqualTo(Metric.ALLOCATED);
            assertThat(ownFrames(all)).isEmpty();
            assertThat(client.clear().tracing()).isTrue();
            assertThat(client.stop().tracing()).isFalse();
            assertThatThrownBy(() -> served.snapshot(SnapshotRequest.DEFAULT))
                    .isInstanceOf(IOException.class)
                    .message()
                    .startsWith(served.address + ": 409, not tracing");
            assertThat(client.start(TraceOptions.DEFAULTS.withFrames(3)).frames())
                    .isEqualTo(3);
            assertThat(served.snapshot(SnapshotRequest.DEFAULT).tracebackLimit())
                    .isEqualTo(3);
        }
        Forked.Ended ended = served.end();

        assertThat(ended.status()).isZero();
        assertThat(ended.out()).endsWith("done\n");
        assertThat(ended.err().lines()).allMatch(line -> line.startsWith("tracemalloc: "));
    }

    /* Frames of the tracer in what is to be the program's own. */
    private static List<String> ownFrames(Snapshot snapshot) {
        SnapshotColumns columns = snapshot.columns();
        return IntStream.range(0, columns.frameCount())
                .mapToObj(columns::frameClass)
                .filter(name -> name.startsWith("io.tracemalloc."))
                .distinct()
                .toList();
    }

    @Test
    void otherPeoplesClientsSeeTheDatabase() throws Exception {
        assumeInstalled("curl");
        assumeInstalled("go");
        Served served = new Served(new Forked(JavaHome.of(17))
                .agent("frames=25,listen=0,default-metric=live")
                .with(libraries("h2"))
                .main(database()));
        served.jvm.awaitOutput("rows 2000 ");
        String address = served.address.replace("http://", "http://x:" + served.token() + "@");
        Path base = directory.resolve("base.pb.gz");

        run("curl", "-sS", "-f", "-o", base.toString(), address + "/debug/pprof/allocs");
        served.jvm.awaitOutput("rows 20000 ");
        String top = run("go", "tool", "pprof", "-top", "-cum", address + "/debug/pprof/allocs");
        String diff = run(
                "go", "tool", "pprof", "-top", "-cum", "-diff_base", base.toString(), address + "/debug/pprof/allocs");
        String page = run("curl", "-sS", "-f", address + "/");

        assertThat(top)
                .contains("Type: alloc_space")
                .contains("known.DatabaseLoop.fill")
                .contains("org.h2.");
        assertThat(diff).contains("known.DatabaseLoop.fill");
        assertThat(page).contains("<h1>known.DatabaseLoop</h1>").contains("<h2>Lines by allocated memory");
        assertThat(served.end().status()).isZero();
    }

    @Test
    void commandsTakeTheAddress() throws IOException {
        Served served = new Served(new Forked(JavaHome.of(17))
                .agent("frames=25,listen=0,tls-self-signed=true")
                .with(libraries("h2"))
                .main(database()));
        served.jvm.awaitOutput("rows 2000 ");
        String fingerprint = Served.line(
                Files.readString(served.jvm.errFile()), "tracemalloc: TLS certificate SHA-256 fingerprint ");
        Path file = directory.resolve("heap.pb.gz");

        Forked.Ended stats = command("stats", served.address, "--limit", "3", "--fingerprint", fingerprint)
                .environment("TRACEMALLOC_TOKEN", served.token())
                .succeed();
        Forked.Ended snapshot = command("snapshot", served.address, "-o", file.toString())
                .arguments("--fingerprint", fingerprint, "--token-file", served.tokenFile.toString())
                .succeed();
        Forked.Ended refused =
                command("stop", served.address, "--fingerprint", fingerprint).run();
        Forked.Ended wary = command("stop", served.address, "--token-file", served.tokenFile.toString())
                .run();

        assertThat(stats.out()).hasLineCount(3).contains(": size=");
        assertThat(snapshot.out()).isEmpty();
        assertThat(Snapshot.load(file).tracebackLimit()).isEqualTo(25);
        assertThat(refused.status()).isEqualTo(3);
        assertThat(refused.err())
                .isEqualTo("tracemalloc: " + served.address
                        + ": 401, it wants a token: give --token-file FILE or set TRACEMALLOC_TOKEN\n");
        assertThat(wary.status()).isEqualTo(3);
        assertThat(wary.err())
                .isEqualTo("tracemalloc: " + served.address
                        + ": nobody that is trusted vouches for its certificate: give --ca FILE or"
                        + " --fingerprint SHA256\n");
        assertThat(served.end().status()).isZero();
    }

    private static Forked command(String... words) {
        return new Forked(JavaHome.of(17))
                .with(Forked.agentJar())
                .arguments("io.tracemalloc.cli.Main")
                .arguments(words);
    }

    private static void assumeInstalled(String program) {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(each -> Files.isExecutable(Path.of(each, program))),
                "no " + program + " here");
    }

    private String run(String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "out", "");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("PPROF_TMPDIR", directory.toString());
        int status = builder.start().waitFor();
        String text = Files.readString(out);
        assertThat(status).as(text).isZero();
        return text;
    }

    @Test
    void theProgramGoesOnUnderMalformedRequests() throws IOException {
        Served served = new Served(new Forked(JavaHome.of(17))
                .agent("frames=4,listen=0")
                .with(libraries("h2"))
                .main(database()));
        Random random = new Random(1);
        int port = URI.create(served.address).getPort();
        for (int i = 0; i < MALFORMED; i++) {
            byte[] garbage = new byte[1 + random.nextInt(400)];
            random.nextBytes(garbage);
            garbage[0] = 0;
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write(garbage);
                socket.getInputStream().read();
            } catch (IOException reset) {
                // As good a refusal as any.
            }
        }
        String before = Files.readString(served.jvm.outFile());
        long rows = before.lines().filter(line -> line.startsWith("rows ")).count();
        served.jvm.awaitOutput("rows " + (rows + 10) * 200 + " ");

        String status = run200(served, "GET /tracemalloc/v1/status");
        Forked.Ended ended = served.end();

        assertThat(status).contains("\"refused\": " + MALFORMED + ",");
        assertThat(ended.status()).isZero();
        assertThat(ended.out()).endsWith("done\n");
        assertThat(ended.err().lines().filter(line -> line.startsWith("tracemalloc: refused ")))
                .hasSizeBetween(10, 60);
    }

    private static String run200(Served served, String line) throws IOException {
        URI address = URI.create(served.address);
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            String request = line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                    + served.token() + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 200 ");
            return answer;
        }
    }

    @ParameterizedTest
    @CsvSource({"return, 0", "exit, 3", "halt, 4"})
    void theProgramEndsAsItWould(String way, int status) throws IOException {
        Forked.Ended ended = new Forked(JavaHome.of(17))
                .agent("listen=0")
                .main(Subject.of("known.Exits"), way)
                .run();

        assertThat(ended.status()).isEqualTo(status);
        assertThat(ended.out()).isEqualTo("out: \u00e4 1\n");
        assertThat(ended.err()).contains("tracemalloc: listening on http://127.0.0.1:");
    }

    @Test
    void aReaderThatStopsDoesNotHoldUpTheEnd() throws IOException {
        Served served = new Served(new Forked(JavaHome.of(17))
                .agent("frames=25,listen=0")
                .with(libraries("h2"))
                .main(database()));
        served.jvm.awaitOutput("rows 2000 ");
        URI address = URI.create(served.address);
        try (Socket waiting = new Socket(address.getHost(), address.getPort())) {
            String request = "GET /debug/pprof/heap?seconds=3600 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                    + served.token() + "\r\n\r\n";
            waiting.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));

            assertThat(served.end().status()).isZero();
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void waitsInNativeCodeWhereThatIsQuiet() throws IOException {
        Served served = new Served(new Forked(JavaHome.of(17))
                .agent("listen=0")
                .with(libraries("h2"))
                .main(database()));
        Path maps = Path.of("/proc", Long.toString(served.jvm.process().pid()), "maps");

        assertThat(Files.readString(maps)).contains("libio_tracemalloc_shaded_netty_transport_native_epoll_x86_64");
        assertThat(served.end().status()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void nothingOfTheChannelIsLoadedUnlessAskedFor(int feature) {
        String loaded = new Forked(JavaHome.of(feature))
                .jvm("-Xlog:class+load:stdout")
                .agent("frames=4")
                .main(Subject.of("known.Exits"), "return")
                .succeed()
                .out();

        assertThat(loaded).contains("io.tracemalloc.internal.AgentRuntime ");
        assertThat(loaded.lines().filter(line -> line.contains("netty"))).isEmpty();
    }

    @Test
    void aProgramOpensAChannelOfTheAgentByItself() throws IOException, URISyntaxException {
        Path api = Path.of(Tracemalloc.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Subject listens = Subject.of("known.Listens", api);
        Forked.Running jvm = new Forked(JavaHome.of(17))
                .agent("frames=4")
                .with(api)
                .main(listens)
                .start();
        running.add(jvm);
        jvm.awaitOutput("listening ");
        String out = Files.readString(jvm.outFile());
        assertThat(out).startsWith("refused: listen=0.0.0.0:0 is not a loopback address and needs TLS");
        Path tokenFile = Path.of(Served.line(out, "token "));
        try (RemoteSession client = Providers.best(RemoteChannelProvider.class)
                .connect(Served.line(out, "listening "), Map.of("token-file", tokenFile.toString()))) {
            awaitTracing(client);
            assertThat(client.status().frames()).isEqualTo(4);
        }

        jvm.process().getOutputStream().close();
        Forked.Ended ended = jvm.end();

        assertThat(ended.out()).endsWith("closed\n");
        assertThat(ended.status()).isZero();
        assertThat(tokenFile).doesNotExist();
    }

    @Test
    void aRunningProgramIsMadeToListen() throws IOException {
        Forked.Running jvm = new Forked(JavaHome.of(17))
                .with(libraries("h2"))
                .main(database())
                .start();
        running.add(jvm);
        jvm.awaitOutput("rows 2000 ");
        Path tokenFile = directory.resolve("token");

        command("attach", Long.toString(jvm.process().pid()))
                .arguments("--listen", "0", "--token-file", tokenFile.toString())
                .succeed();
        String address = Served.line(jvm.awaitError("tracemalloc: listening on .*"), "tracemalloc: listening on ");

        try (RemoteSession client = Providers.best(RemoteChannelProvider.class)
                .connect(address, Map.of("token-file", tokenFile.toString()))) {
            assertThat(client.status().frames()).isEqualTo(25);
        }
        jvm.process().getOutputStream().write('\n');
        jvm.process().getOutputStream().close();
        assertThat(jvm.end().status()).isZero();
        assertThat(tokenFile).exists();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listen=0.0.0.0:0 | listen=0.0.0.0:0 is not a loopback address and needs TLS:"
                        + " add tls-cert and tls-key, or tls-self-signed=true",
                "listen=port | listen must be [host:]port with a port in 0..65535, or unix:path, got port",
                "token-file=t | token-file needs listen, which says where to listen"
            })
    void refusesToStartWhereItWouldBeInsecure(String options, String reason) {
        Forked.Ended ended = new Forked(JavaHome.of(17))
                .agent(options.strip())
                .main(Subject.of("known.Exits"), "return")
                .run();

        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).isEqualTo("tracemalloc: " + reason.strip() + "\n");
    }

    @Test
    void speaksTlsWithACertificateOfItsOwn() throws IOException {
        Served served = new Served(new Forked(JavaHome.of(17))
                .agent("frames=4,listen=0,tls-self-signed=true,token-file=" + directory.resolve("token"))
                .with(libraries("h2"))
                .main(database()));
        String fingerprint = Served.line(
                Files.readString(served.jvm.errFile()), "tracemalloc: TLS certificate SHA-256 fingerprint ");
        try (RemoteSession client = Providers.best(RemoteChannelProvider.class)
                .connect(
                        served.address,
                        Map.of("token-file", served.tokenFile.toString(), "fingerprint", fingerprint))) {
            awaitTracing(client);
            assertThat(served.address).startsWith("https://127.0.0.1:");
        }
        assertThat(served.end().status()).isZero();
    }
}
