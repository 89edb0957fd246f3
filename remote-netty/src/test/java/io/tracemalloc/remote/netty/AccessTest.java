package io.tracemalloc.remote.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tracemalloc.spi.FakeSession;
import java.io.IOException;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, and how the others are turned away. */
class AccessTest {

    private static final int NOBODY = 65534;
    private static final String SAFE = "0123456789abcdef0123456789abcdef";

    private final FakeSession session = new FakeSession();
    private TestServer server;

    @TempDir
    private Path directory;

    @BeforeEach
    void open() throws IOException {
        server = TestServer.open("0", Map.of("allow-host", "app.shop.svc,[fe80::1]"), session, Server.TIMES);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private String get(String path, String... headers) throws IOException {
        return server.send(
                "GET " + path + " HTTP/1.1\r\nConnection: close\r\n" + String.join("\r\n", headers) + "\r\n\r\n");
    }

    private String bearer() {
        return "Authorization: Bearer " + server.token;
    }

    private static String basic(String credentials) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/tracemalloc/v1/status", "/debug/pprof/heap", "/nothing", "/etc/passwd", "/?x=1"})
    void servesNothingWithoutToken(String path) throws IOException {
        assertThat(get(path, "Host: localhost"))
                .startsWith("HTTP/1.1 401 Unauthorized\r\n")
                .contains("\r\nWWW-Authenticate: Basic realm=\"tracemalloc\", charset=\"UTF-8\"\r\n")
                .endsWith(
                        "\r\n\r\na token is needed: Authorization: Bearer TOKEN, or Basic with the token as password\n");
    }

    @Test
    void changesNothingWithoutToken() throws IOException {
        String answer =
                server.send("POST /tracemalloc/v1/stop HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 401 ");
        assertThat(session.isTracing()).isTrue();
    }

    @Test
    void takesBearerAndBasicOfAnyUser() throws IOException {
        for (String header : new String[] {
            bearer(), "authorization: BEARER " + server.token, basic("x:" + server.token), basic(":" + server.token)
        }) {
            assertThat(get("/tracemalloc/v1/status", "Host: localhost", header)).startsWith("HTTP/1.1 200 OK\r\n");
        }
    }

    @Test
    void refusesEveryOtherCredential() throws IOException {
        for (String header : new String[] {
            bearer() + "x",
            "Authorization: Bearer " + server.token.substring(1),
            "Authorization: Bearer",
            "Authorization: " + server.token,
            "Authorization: Digest " + server.token,
            "Authorization: Basic " + server.token,
            "Authorization: Basic !",
            basic(server.token),
            basic("x:y:" + server.token),
            bearer() + "\r\n" + bearer()
        }) {
            assertThat(get("/tracemalloc/v1/status", "Host: localhost", header))
                    .as(header)
                    .startsWith("HTTP/1.1 401 Unauthorized\r\n")
                    .endsWith("\r\n\r\nthe token is wrong\n");
        }
    }

    @Test
    void tellsWhoGuessesToWaitAndLetsInTheOthers() throws IOException {
        for (int i = 0; i < FailedAttempts.LIMIT; i++) {
            assertThat(get("/", "Host: localhost", "Authorization: Bearer guess" + i))
                    .startsWith("HTTP/1.1 401 ");
        }

        assertThat(get("/", "Host: localhost", bearer())).startsWith("HTTP/1.1 200 ");
        assertThat(get("/", "Host: localhost")).startsWith("HTTP/1.1 401 ").contains("\r\nWWW-Authenticate: Basic ");
        assertThat(get("/", "Host: localhost", bearer() + "x"))
                .startsWith("HTTP/1.1 429 Too Many Requests\r\n")
                .containsPattern("\r\nRetry-After: [1-6]?[0-9]\r\n");
        assertThat(server.server.refused()).isEqualTo(FailedAttempts.LIMIT + 2L);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 200",
        "LOCALHOST:1234, 200",
        "127.0.0.1, 200",
        "127.0.0.1:80, 200",
        "app.shop.svc:6060, 200",
        "[fe80::1]:1, 200",
        "127.0.0.2, 403",
        "evil.example, 403",
        "localhost.evil.example, 403",
        "evil.example:localhost, 403",
        "localhost:80:80, 403",
        "localhost:x, 403",
        "'', 403"
    })
    void looksAtTheHost(String host, int status) throws IOException {
        assertThat(get("/tracemalloc/v1/status", "Host: " + host, bearer())).startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void wantsOneHost() throws IOException {
        assertThat(get("/", bearer())).startsWith("HTTP/1.1 403 ").endsWith("a request needs one Host header\n");
        assertThat(get("/", "Host: localhost", "Host: localhost", bearer())).startsWith("HTTP/1.1 403 ");
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:6060, none, 200",
        "https://localhost:6060, none, 403",
        "http://localhost, none, 403",
        "http://evil.example, none, 403",
        "null, none, 403",
        "'', same-origin, 200",
        "'', none, 200",
        "'', cross-site, 403",
        "'', same-site, 403"
    })
    void looksWhichPageAsks(String origin, String site, int status) throws IOException {
        String header = origin.isEmpty() ? "X: y" : "Origin: " + origin;

        assertThat(get("/tracemalloc/v1/status", "Host: localhost:6060", header, "Sec-Fetch-Site: " + site, bearer()))
                .startsWith("HTTP/1.1 " + status + " ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "/../../etc/passwd",
                "/debug/pprof/",
                "/debug/pprof/profile",
                "/META-INF/MANIFEST.MF",
                "/io/tracemalloc/Tracemalloc.class",
                "//",
                "/%2e%2e/",
                "/tracemalloc/v1/status/"
            })
    void hasNothingButItsPages(String path) throws IOException {
        assertThat(server.ask("GET " + path)).startsWith("HTTP/1.1 404 Not Found\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /debug/pprof/heap, GET",
        "HEAD, /, GET",
        "DELETE, /tracemalloc/v1/status, GET",
        "GET, /tracemalloc/v1/stop, POST",
        "PUT, /tracemalloc/v1/start, POST",
        "BREW, /tracemalloc/v1/clear, POST"
    })
    void wantsTheRightMethod(String method, String path, String allowed) throws IOException {
        assertThat(server.ask(method + " " + path))
                .startsWith("HTTP/1.1 405 Method Not Allowed\r\n")
                .contains("\r\nAllow: " + allowed + "\r\n");
        assertThat(session.isTracing()).isTrue();
    }

    @Test
    void answersHeadWithoutBody() throws IOException {
        assertThat(server.ask("HEAD /")).contains("content-length: 8\r\n").endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /debug/pprof/heap?seconds=0 | seconds must be a whole number in 1..3600",
                "GET /debug/pprof/heap?seconds=-1 | seconds must be a whole number in 1..3600",
                "GET /debug/pprof/heap?seconds=3601 | seconds must be a whole number in 1..3600",
                "GET /debug/pprof/heap?seconds=1e3 | seconds must be a whole number in 1..3600",
                "GET /debug/pprof/heap?seconds=99999999999999999999 | seconds must be a whole number in 1..3600",
                "GET /debug/pprof/heap?gc=yes | gc must be 0 or 1",
                "GET /debug/pprof/heap?debug=1 | the parameters known here are gc, seconds",
                "GET /debug/pprof/heap?gc=1&gc=1 | a parameter is given twice",
                "GET /tracemalloc/v1/status?x=y | no parameters are known here",
                "POST /tracemalloc/v1/start?frames=0 | frames must be in 1..65535, got 0",
                "POST /tracemalloc/v1/start?frames=1%2Clive=off | frames must be in 1..65535, got 1,live=off",
                "POST /tracemalloc/v1/start?snapshot-at-exit=/tmp/x"
                        + " | the parameters known here are backend, callers, frames, interval, live, memory-limit, threads"
            })
    void refusesParametersThatMakeNoSense(String line, String reason) throws IOException {
        session.stop();

        assertThat(server.ask(line))
                .startsWith("HTTP/1.1 400 Bad Request\r\n")
                .endsWith("\r\n\r\n" + reason.strip() + "\n");
        assertThat(session.isTracing()).isFalse();
    }

    @Test
    void saysWhyItMakesNoSenseNow() throws IOException {
        assertThat(server.ask("POST /tracemalloc/v1/start"))
                .startsWith("HTTP/1.1 409 Conflict\r\n")
                .endsWith("\r\n\r\nit traces already\n");
        session.stop();
        assertThat(server.ask("POST /tracemalloc/v1/clear"))
                .startsWith("HTTP/1.1 409 Conflict\r\n")
                .endsWith("\r\n\r\nit does not trace\n");
        assertThat(server.ask("GET /debug/pprof/heap"))
                .startsWith("HTTP/1.1 409 Conflict\r\n")
                .endsWith("\r\n\r\nnot tracing\n");
    }

    @Test
    void takesNoBody() throws IOException {
        String stop = server.request("POST /tracemalloc/v1/stop");

        assertThat(server.send(stop + "Content-Length: 3\r\n\r\nabc")).startsWith("HTTP/1.1 400 ");
        assertThat(server.send(stop + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(session.isTracing()).isTrue();
        assertThat(server.send(stop + "Content-Length: 0\r\n\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(session.isTracing()).isFalse();
    }

    @Test
    void countsRefusalsInTheStatus() throws IOException {
        get("/", "Host: evil.example");
        get("/", "Host: localhost");
        server.ask("GET /nothing");

        assertThat(server.ask("GET /tracemalloc/v1/status")).contains("\"refused\": 3,");
    }

    @Test
    void answersRequestsOfOneConnectionInTheirOrder() throws IOException {
        String keep = "GET %s HTTP/1.1\r\nHost: localhost\r\n" + bearer() + "\r\n\r\n";
        try (Socket socket = server.connect()) {
            String three = keep.formatted("/tracemalloc/v1/status") + keep.formatted("/debug/pprof/heap")
                    + server.request("GET /nothing") + "\r\n";
            socket.getOutputStream().write(three.getBytes(StandardCharsets.US_ASCII));
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

            assertThat(answers.split("HTTP/1\\.1 ", -1))
                    .hasSize(4)
                    .satisfies(each -> assertThat(each[1]).startsWith("200 ").contains("application/json"))
                    .satisfies(each -> assertThat(each[2]).startsWith("200 ").contains("\r\n0\r\n\r\n"))
                    .satisfies(each -> assertThat(each[3]).startsWith("404 "));
        }
    }

    @Test
    void endsAConnectionThatAsksForTooMuchAtATime() throws IOException {
        String one = "GET /debug/pprof/heap?seconds=3600 HTTP/1.1\r\nHost: localhost\r\n" + bearer() + "\r\n\r\n";
        String more = server.request("GET /tracemalloc/v1/status") + "\r\n";
        try (Socket socket = server.connect()) {
            socket.getOutputStream()
                    .write((one + more.repeat(RequestHandler.PIPELINED + 5)).getBytes(StandardCharsets.US_ASCII));

            TestServer.await("it is counted", () -> server.server.refused() == 1);
        }
        TestServer.await("no connection is left", () -> server.server.connections() == 0);
    }

    @Test
    void sendsASelfContainedPage() throws IOException {
        assertThat(server.ask("GET /"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("\r\nContent-Security-Policy: default-src 'none'; style-src 'sha256-")
                .contains("\r\nX-Frame-Options: DENY\r\n")
                .contains("<h1>com.acme.Main</h1>")
                .doesNotContain("<script")
                .doesNotContain("<link")
                .doesNotContain("src=")
                .doesNotContain("href=");
    }

    @Test
    void keepsTheTokenToItsOwner() throws IOException {
        Path file = server.server.tokenFile().orElseThrow();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
        assertThat(server.token).matches("[A-Za-z0-9_-]{32}");
        server.close();
        assertThat(file.getParent()).doesNotExist();
    }

    @Test
    void usesTheTokenOfAFile() throws IOException {
        Path file = directory.resolve("token");
        Files.writeString(file, "0123456789abcdef0123456789abcdef\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        try (TestServer other = TestServer.open("0", Map.of("token-file", file.toString()), session, Server.TIMES)) {
            assertThat(other.token).isEqualTo("0123456789abcdef0123456789abcdef");
            assertThat(other.ask("GET /tracemalloc/v1/status")).startsWith("HTTP/1.1 200 ");
        }
        assertThat(file).exists();
    }

    @Test
    void leavesATokenToTheOthersThatShareItsFile() throws IOException {
        Path file = directory.resolve("token");
        Map<String, String> shared = Map.of("token-file", file.toString());
        TestServer first = TestServer.open("0", shared, session, Server.TIMES);
        try (TestServer second = TestServer.open("0", shared, session, Server.TIMES)) {
            first.close();

            assertThat(Files.readString(file).strip()).isEqualTo(second.token);
        }
        try (TestServer restarted = TestServer.open("0", shared, session, Server.TIMES)) {
            assertThat(restarted.token).isEqualTo(first.token);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0123456789abcdef0123456789abcdef | rw-r--r-- | is open to others",
                "0123456789abcdef0123456789abcdef | rw--w---- | is open to others",
                "0123456789abcdef01234 | rw------- | must hold a token of 22 or more",
                "'' | rw------- | must hold one line",
                "0123456789abcdef 0123456789abcdef | rw------- | must hold one line"
            })
    void refusesAFileThatIsNoSafeToken(String text, String permissions, String reason) throws IOException {
        Path file = directory.resolve("token");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        assertThatThrownBy(() -> TestServer.open("0", Map.of("token-file", file.toString()), session, Server.TIMES))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(reason)
                .hasMessageNotContaining("\n");
    }

    @Test
    void refusesATokenFileOfAnotherUser() throws IOException {
        Path file = safeToken("token");
        giveAway(file);

        assertForeign(file);
    }

    @Test
    void refusesALinkOfAnotherUser() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("token"), safeToken("elsewhere"));
        giveAway(link);

        assertForeign(link);
    }

    @Test
    void refusesALinkToATokenFileOfAnotherUser() throws IOException {
        Path file = safeToken("elsewhere");
        Path link = Files.createSymbolicLink(directory.resolve("token"), file);
        giveAway(file);

        assertForeign(link);
    }

    /** Kubernetes mounts a link to a file in a directory that is a link. */
    @Test
    void usesTheTokenOfAMountedSecret() throws IOException {
        Path version = Files.createDirectory(directory.resolve("..2026_01_01"));
        safeToken("..2026_01_01/token");
        Files.createSymbolicLink(directory.resolve("..data"), version.getFileName());
        Path link = Files.createSymbolicLink(directory.resolve("token"), Path.of("..data/token"));

        try (TestServer other = TestServer.open("0", Map.of("token-file", link.toString()), session, Server.TIMES)) {
            assertThat(other.token).isEqualTo(SAFE);
        }
    }

    private Path safeToken(String name) throws IOException {
        Path file = Files.writeString(directory.resolve(name), SAFE);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    }

    private static void giveAway(Path file) throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can give files away");
        Files.setAttribute(file, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
    }

    private void assertForeign(Path file) {
        assertThatThrownBy(() -> TestServer.open("0", Map.of("token-file", file.toString()), session, Server.TIMES))
                .isInstanceOf(IOException.class)
                .hasMessage("token-file: " + file + " belongs to another user");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0.0.0.0:0 | tls-client-ca=x | tls-client-ca needs tls-cert and tls-key, or tls-self-signed=true",
                "0.0.0.0:0 | token-file=x | listen=0.0.0.0:0 is not a loopback address and needs TLS:"
                        + " add tls-cert and tls-key, or tls-self-signed=true",
                "0 | tls-cert=x | tls-cert and tls-key need each other",
                "0 | tls-key=x | tls-cert and tls-key need each other",
                "0 | tls-self-signed=maybe | tls-self-signed must be true or false, got maybe",
                "0 | allow-host=a b | allow-host must be names or addresses joined by commas, without ports, got a b",
                "0 | colour=red | the remote channel has no setting colour",
                "0 | token-file= | token-file must be a file, got nothing"
            })
    void refusesSettingsThatMakeNoSense(String address, String setting, String reason) {
        String[] nameAndValue = setting.strip().split("=", 2);

        assertThatThrownBy(() -> new NettyProvider().check(address.strip(), Map.of(nameAndValue[0], nameAndValue[1])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(reason.strip());
    }

    @Test
    void leavesASocketToItsOwnerAndRemovesIt() throws IOException {
        Path socket = directory.resolve("trace.sock");
        try (TestServer other = TestServer.open("unix:" + socket, Map.of(), session, Server.TIMES)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
            assertThat(other.server.address()).isEqualTo("unix:" + socket);
            assertThatThrownBy(() -> TestServer.open("unix:" + socket, Map.of(), session, Server.TIMES))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use");
            assertThat(socket).exists();
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void replacesNoFileThatIsNoSocket() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "mine");

        assertThatThrownBy(() -> TestServer.open("unix:" + file, Map.of(), session, Server.TIMES))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " exists and is no socket");
        assertThat(file).hasContent("mine");
    }

    @Test
    void replacesNoPipe() throws IOException, InterruptedException {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        assertThatThrownBy(() -> TestServer.open("unix:" + pipe, Map.of(), session, Server.TIMES))
                .isInstanceOf(IOException.class)
                .hasMessage(pipe + " exists and is no socket");
        assertThat(pipe).exists();
    }

    /** Root may connect to it nevertheless; it is in use then. */
    @Test
    void replacesNoSocketThatItMayNotConnectTo() throws IOException {
        Path socket = directory.resolve("trace.sock");
        try (TestServer other = TestServer.open("unix:" + socket, Map.of(), session, Server.TIMES)) {
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("---------"));

            assertThatThrownBy(() -> TestServer.open("unix:" + socket, Map.of(), session, Server.TIMES))
                    .isInstanceOf(IOException.class)
                    .message()
                    .containsAnyOf("Permission denied", "in use");
            assertThat(socket).exists();
            assertThat(other.server.address()).isEqualTo("unix:" + socket);
        }
    }

    @Test
    void replacesASocketThatWasLeftBehind() throws IOException {
        Path socket = directory.resolve("trace.sock");
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();

        try (TestServer other = TestServer.open("unix:" + socket, Map.of(), session, Server.TIMES)) {
            assertThat(other.server.address()).isEqualTo("unix:" + socket);
        }
    }
}
