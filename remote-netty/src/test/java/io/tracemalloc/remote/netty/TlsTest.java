package io.tracemalloc.remote.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.tracemalloc.spi.FakeSession;
import io.tracemalloc.spi.RemoteSession;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS, from both ends: who trusts whom, and what is said where nobody does. */
class TlsTest {

    private static final Duration DAY = Duration.ofDays(1);

    /* Of an RSA key of 2048 bits: outer length, version, algorithm, inner length. */
    private static final int PKCS8_HEADER_BYTES = 26;

    private final FakeSession session = new FakeSession();
    private PemFiles good;
    private PemFiles other;

    @TempDir
    private Path directory;

    @BeforeEach
    void makeCertificates() {
        good = PemFiles.write(directory, "good", Instant.now(), DAY, "localhost", "127.0.0.1");
        other = PemFiles.write(directory, "other", Instant.now(), DAY, "elsewhere.example");
    }

    private TestServer open(PemFiles certificate, String... more) throws IOException {
        Map<String, String> settings = new HashMap<>(Map.of(
                "tls-cert",
                certificate.certificate().toString(),
                "tls-key",
                certificate.key().toString()));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return TestServer.open("0", settings, session, Server.TIMES);
    }

    private static RemoteSession client(TestServer server, String... more) throws IOException {
        Map<String, String> settings = new HashMap<>(Map.of("token", server.token, "timeout", "20s"));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return new NettyProvider().connect(server.server.address(), settings);
    }

    private static void assertRefused(TestServer server, String reason, String... settings) throws IOException {
        long refusedBefore = server.server.refused();
        try (RemoteSession client = client(server, settings)) {
            assertThatThrownBy(client::status)
                    .isInstanceOf(IOException.class)
                    .message()
                    .startsWith(server.server.address() + ": ")
                    .contains(reason)
                    .doesNotContain("\n");
        }
        TestServer.await("the server counts it", () -> server.server.refused() > refusedBefore);
    }

    @Test
    void trustsWhomTheAuthorityOrTheFingerprintNames() throws IOException {
        try (TestServer server = open(good);
                RemoteSession byAuthority =
                        client(server, "ca", good.certificate().toString());
                RemoteSession byFingerprint = client(server, "fingerprint", good.fingerprint())) {
            assertThat(server.server.address()).startsWith("https://127.0.0.1:");
            assertThat(byAuthority.status()).isEqualTo(session.status());
            assertThat(byFingerprint.status()).isEqualTo(session.status());
        }
    }

    @Test
    void trustsNobodyElse() throws IOException {
        try (TestServer server = open(good)) {
            assertRefused(server, "nobody that is trusted vouches for its certificate: give --ca FILE");
            assertRefused(
                    server,
                    "nobody that is trusted vouches",
                    "ca",
                    other.certificate().toString());
            assertRefused(
                    server,
                    "its certificate is not trusted: its certificate has the fingerprint " + good.fingerprint(),
                    "fingerprint",
                    other.fingerprint());
        }
    }

    @Test
    @Timeout(60)
    void endsConnectionsThatShakeHandsAgainAndAgain() throws Exception {
        SSLContext trusting = SSLContext.getInstance("TLSv1.2");
        trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        try (TestServer server = open(good);
                SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", server.port())) {
            socket.startHandshake();
            socket.setSoTimeout(20);
            int shaken = 0;
            try {
                while (shaken < PieceLimit.PIECES && shakesHands(socket)) {
                    shaken++;
                }
            } catch (IOException closed) {
                // As it should be.
            }

            assertThat(shaken).isBetween(1, PieceLimit.PIECES - 1);
            TestServer.await("the server counts it", () -> server.server.refused() > 0);
            TestServer.await("it is closed", () -> server.server.connections() == 0);
        }
    }

    /** The JDK's socket begins a further handshake, and goes on with it when it reads. */
    private static boolean shakesHands(SSLSocket socket) throws IOException {
        socket.startHandshake();
        try {
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException shaken) {
            return true;
        }
    }

    @Test
    void trustsNoCertificateOfAnotherName() throws IOException {
        try (TestServer server = open(other)) {
            assertRefused(
                    server,
                    "its certificate is not trusted: ",
                    "ca",
                    other.certificate().toString());
        }
    }

    @Test
    void trustsNoCertificateThatHasExpiredOrIsNotYetValid() throws IOException {
        PemFiles expired = PemFiles.write(directory, "old", Instant.now().minus(DAY.multipliedBy(9)), DAY, "127.0.0.1");
        PemFiles early = PemFiles.write(directory, "new", Instant.now().plus(DAY), DAY, "127.0.0.1");
        try (TestServer server = open(expired)) {
            assertRefused(
                    server,
                    "its certificate has expired",
                    "ca",
                    expired.certificate().toString());
            assertRefused(server, "its certificate has expired", "fingerprint", expired.fingerprint());
        }
        try (TestServer server = open(early)) {
            assertRefused(server, "its certificate is not valid yet", "fingerprint", early.fingerprint());
        }
    }

    @Test
    void makesItsOwnCertificate() throws IOException {
        try (TestServer server = TestServer.open("0", Map.of("tls-self-signed", "true"), session, Server.TIMES)) {
            assertRefused(server, "nobody that is trusted vouches for its certificate");
        }
    }

    @Test
    void listensOnAllAddressesUnderTheirUsualName() throws IOException {
        try (TestServer server =
                TestServer.open("0.0.0.0:0", Map.of("tls-self-signed", "true"), session, Server.TIMES)) {
            assertThat(server.server.address()).matches("https://0\\.0\\.0\\.0:[1-9][0-9]*");
        }
    }

    @Test
    void letsInOnlyClientsWithACertificateWhereItWantsOne() throws IOException {
        PemFiles client = PemFiles.write(directory, "client", Instant.now(), DAY, "client");
        try (TestServer server =
                        open(good, "tls-client-ca", client.certificate().toString());
                RemoteSession known = client(
                        server,
                        "fingerprint",
                        good.fingerprint(),
                        "cert",
                        client.certificate().toString(),
                        "key",
                        client.key().toString())) {
            assertThat(known.status()).isEqualTo(session.status());
            assertRefused(server, "", "fingerprint", good.fingerprint());
            assertRefused(
                    server,
                    "",
                    "fingerprint",
                    good.fingerprint(),
                    "cert",
                    other.certificate().toString(),
                    "key",
                    other.key().toString());
        }
    }

    @Test
    void letsInNoClientWhoseCertificateHasExpired() throws IOException {
        PemFiles expired = PemFiles.write(directory, "gone", Instant.now().minus(DAY.multipliedBy(9)), DAY, "client");
        try (TestServer server =
                open(good, "tls-client-ca", expired.certificate().toString())) {
            assertRefused(
                    server,
                    "",
                    "fingerprint",
                    good.fingerprint(),
                    "cert",
                    expired.certificate().toString(),
                    "key",
                    expired.key().toString());
        }
    }

    @Test
    void wantsTheTokenAsWell() throws IOException {
        try (TestServer server = open(good);
                RemoteSession client = new NettyProvider()
                        .connect(server.server.address(), Map.of("fingerprint", good.fingerprint()))) {
            assertThatThrownBy(client::status)
                    .hasMessage(server.server.address()
                            + ": 401, it wants a token: give --token-file FILE or set TRACEMALLOC_TOKEN");
        }
    }

    @Test
    void tellsPlainHttpToComeByTls() throws IOException {
        try (TestServer server = open(good)) {
            assertThat(server.ask("GET /tracemalloc/v1/status"))
                    .startsWith("HTTP/1.1 400 Bad Request\r\n")
                    .endsWith("\r\n\r\nthis port speaks TLS: use https://\n");
            assertThat(server.server.refused()).isEqualTo(1);

            String plain = server.server.address().replace("https:", "http:");
            try (RemoteSession client = new NettyProvider().connect(plain, Map.of("token", server.token))) {
                assertThatThrownBy(client::status).hasMessage(plain + ": 400, this port speaks TLS: use https://");
            }
        }
    }

    @Test
    void tellsTlsToComePlain() throws IOException {
        try (TestServer server = TestServer.open(session)) {
            String tls = server.server.address().replace("http:", "https:");
            try (RemoteSession client = new NettyProvider().connect(tls, Map.of("token", server.token))) {
                assertThatThrownBy(client::status).hasMessage(tls + ": it does not speak TLS: use http://");
            }
            assertThat(server.server.refused()).isPositive();
        }
    }

    @Test
    void survivesHandshakesThatAreNone() throws IOException {
        try (TestServer server = open(good);
                RemoteSession client = client(server, "fingerprint", good.fingerprint())) {
            Random random = new Random(1);
            for (int i = 0; i < 300; i++) {
                byte[] record = new byte[5 + random.nextInt(300)];
                random.nextBytes(record);
                record[0] = 22;
                record[1] = 3;
                record[2] = 1;
                record[3] = 0;
                record[4] = (byte) (random.nextBoolean() ? record.length - 5 : 255);
                try (Socket socket = server.connect()) {
                    socket.getOutputStream().write(record);
                }
            }

            TestServer.await("each is counted", () -> server.server.refused() == 300);
            assertThat(client.status()).isEqualTo(session.status());
            TestServer.await("no connection is left", () -> server.server.connections() == 0);
        }
    }

    @Test
    void saysWhichFileIsOfNoUse() {
        assertThatThrownBy(() -> TestServer.open(
                        "0",
                        Map.of(
                                "tls-cert",
                                directory.resolve("none.pem").toString(),
                                "tls-key",
                                good.key().toString()),
                        session,
                        Server.TIMES))
                .isInstanceOf(IOException.class)
                .hasMessage("tls-cert: " + directory.resolve("none.pem") + " does not exist");
        assertThatThrownBy(() -> TestServer.open(
                        "0",
                        Map.of(
                                "tls-cert",
                                good.key().toString(),
                                "tls-key",
                                good.key().toString()),
                        session,
                        Server.TIMES))
                .isInstanceOf(IOException.class)
                .message()
                .startsWith("tls-cert, tls-key: cannot use " + good.key())
                .doesNotContain("\n");
    }

    @Test
    void saysHowToConvertAKeyOfAnotherForm() throws IOException, GeneralSecurityException {
        Path key = oldKey();

        assertThatThrownBy(() -> open(new PemFiles(good.certificate(), key, good.fingerprint())))
                .isInstanceOf(IOException.class)
                .hasMessage("tls-key: " + key + " must hold an unencrypted PKCS #8 key in PEM:"
                        + " openssl pkcs8 -topk8 -nocrypt -in " + key + " -out NEW.pem makes one");
        assertThatThrownBy(() -> new NettyProvider()
                        .connect(
                                "https://localhost:1",
                                Map.of("cert", good.certificate().toString(), "key", key.toString())))
                .isInstanceOf(IOException.class)
                .message()
                .contains("key: " + key + " must hold an unencrypted PKCS #8 key in PEM: openssl pkcs8 ");
    }

    /** What openssl wrote before 3.0: PKCS #1, which PKCS #8 wraps. */
    private Path oldKey() throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        byte[] wrapped = generator.generateKeyPair().getPrivate().getEncoded();
        byte[] bare = Arrays.copyOfRange(wrapped, PKCS8_HEADER_BYTES, wrapped.length);
        return Files.writeString(directory.resolve("old-key.pem"), PemFiles.pem("RSA PRIVATE KEY", bare));
    }

    @Test
    void refusesAKeyOfAnotherCertificate() {
        Map<String, String> mixed = Map.of(
                "tls-cert",
                good.certificate().toString(),
                "tls-key",
                other.key().toString());

        assertThatThrownBy(() -> TestServer.open("0", mixed, session, Server.TIMES))
                .isInstanceOf(IOException.class)
                .hasMessage("tls-cert, tls-key: " + other.key() + " is not the key of the certificate in "
                        + good.certificate());
    }
}
