package io.tracemalloc.remote.netty;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.tracemalloc.internal.Failures;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Makes the server's side of TLS: 1.3 or 1.2, with a given certificate or a new one. */
final class ServerTls {

    private static final Duration VALIDITY = Duration.ofDays(825);

    private static final Pattern PKCS8 = Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

    /* How keys of each kind sign; others are taken as they are. */
    private static final Map<String, String> SIGNING = Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA");

    private ServerTls() {}

    static SslContext context(ListenAddress address, ServerSettings settings, Consumer<String> messages)
            throws IOException {
        SslContextBuilder builder = settings.selfSigned() ? selfSigned(address, settings, messages) : given(settings);
        if (settings.clientAuthorities().isPresent()) {
            File authorities = settings.clientAuthorities().get().toFile();
            naming("tls-client-ca", authorities, () -> builder.trustManager(GivenAuthorities.in(authorities.toPath())));
            builder.clientAuth(ClientAuth.REQUIRE);
        }
        try {
            return builder.sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build();
        } catch (SSLException refused) {
            throw new IOException("TLS: " + Failures.oneLine(refused), refused);
        }
    }

    private static SslContextBuilder selfSigned(
            ListenAddress address, ServerSettings settings, Consumer<String> messages) {
        Set<String> hosts = new LinkedHashSet<>(Set.of("localhost", "127.0.0.1", "::1"));
        hosts.addAll(settings.allowedHosts());
        if (!address.host().isEmpty()) {
            hosts.add(address.host());
        }
        SelfSigned made = SelfSigned.create(hosts, Instant.now(), VALIDITY);
        messages.accept("TLS certificate SHA-256 fingerprint " + SelfSigned.fingerprint(made.certificate()));
        return SslContextBuilder.forServer(made.key(), made.certificate());
    }

    private static SslContextBuilder given(ServerSettings settings) throws IOException {
        File certificate = settings.certificate().map(Path::toFile).orElseThrow();
        File key = settings.key().map(Path::toFile).orElseThrow();
        readable("tls-cert", certificate);
        readable("tls-key", key);
        SslContextBuilder[] builder = new SslContextBuilder[1];
        naming("tls-cert, tls-key", certificate, () -> builder[0] = builder(certificate, key));
        if (!belong(certificate, key)) {
            throw new IOException("tls-cert, tls-key: " + key + " is not the key of the certificate in " + certificate);
        }
        return builder[0];
    }

    private static SslContextBuilder builder(File certificate, File key) throws IOException {
        try {
            return SslContextBuilder.forServer(certificate, key);
        } catch (IllegalArgumentException unusable) {
            GivenKey.requirePkcs8("tls-key", key.toPath(), unusable);
            throw unusable;
        }
    }

    /* Else every handshake fails, and says so to clients only, in words that do not tell why. */
    private static boolean belong(File certificate, File key) throws IOException {
        Optional<PublicKey> open = publicKey(certificate);
        Matcher secret = PKCS8.matcher(Files.readString(key.toPath(), StandardCharsets.ISO_8859_1));
        return open.isEmpty()
                || !SIGNING.containsKey(open.get().getAlgorithm())
                || !secret.find()
                || belong(open.get(), Base64.getMimeDecoder().decode(secret.group(1)));
    }

    private static Optional<PublicKey> publicKey(File certificate) throws IOException {
        try (InputStream in = Files.newInputStream(certificate.toPath())) {
            return Optional.of(CertificateFactory.getInstance("X.509")
                    .generateCertificate(in)
                    .getPublicKey());
        } catch (CertificateException readByNettyOnly) {
            return Optional.empty();
        }
    }

    private static boolean belong(PublicKey open, byte[] secret) {
        try {
            Signature signature = Signature.getInstance(SIGNING.get(open.getAlgorithm()));
            signature.initSign(
                    KeyFactory.getInstance(open.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(secret)));
            byte[] proof = signature.sign();
            signature.initVerify(open);
            return signature.verify(proof);
        } catch (GeneralSecurityException otherKind) {
            return false;
        }
    }

    private interface Reading {
        void run() throws IOException, GeneralSecurityException;
    }

    private static void readable(String setting, File file) throws IOException {
        if (!file.canRead()) {
            throw new IOException(setting + ": " + file + (file.exists() ? " may not be read" : " does not exist"));
        }
    }

    /* Netty's failures do not say which file is meant, and hold the reason in their cause. */
    private static void naming(String setting, File file, Reading reading) throws IOException {
        readable(setting, file);
        try {
            reading.run();
        } catch (IllegalArgumentException | GeneralSecurityException unreadable) {
            Throwable why = unreadable.getCause() == null ? unreadable : unreadable.getCause();
            throw new IOException(
                    setting + ": cannot use " + file + " (certificates and PKCS #8 keys in PEM are understood): "
                            + Failures.oneLine(why),
                    unreadable);
        }
    }
}
