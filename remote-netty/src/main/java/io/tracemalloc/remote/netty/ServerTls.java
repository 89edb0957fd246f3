package io.tracemalloc.remote.netty;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.tracemalloc.internal.Failures;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/** Makes the server's side of TLS: 1.3 or 1.2, with a given certificate or a new one. */
final class ServerTls {

    private static final Duration VALIDITY = Duration.ofDays(825);

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
        naming("tls-cert, tls-key", certificate, () -> builder[0] = SslContextBuilder.forServer(certificate, key));
        return builder[0];
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
