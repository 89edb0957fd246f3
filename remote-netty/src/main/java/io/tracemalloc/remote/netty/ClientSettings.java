package io.tracemalloc.remote.netty;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.tracemalloc.internal.Failures;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * How a client gets in.
 *
 * @param token what to present; empty for nothing
 * @param authorities certificates to trust instead of those of the JDK, PEM
 * @param certificate the client's own certificate chain, PEM
 * @param key its private key
 * @param fingerprint SHA-256 of the one certificate to trust, in lower case without colons
 * @param timeout for which the other side may be silent
 */
record ClientSettings(
        Optional<String> token,
        Optional<Path> authorities,
        Optional<Path> certificate,
        Optional<Path> key,
        Optional<String> fingerprint,
        Duration timeout) {

    private static final Set<String> NAMES =
            Set.of("token", "token-file", "ca", "cert", "key", "fingerprint", "timeout");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,7})(ms|s|m)?");
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");

    /** Reads the settings; throws as {@link NettyProvider#connect} does. */
    static ClientSettings of(Map<String, String> settings) throws IOException {
        Setting.requireKnown(settings, NAMES);
        ClientSettings read = new ClientSettings(
                token(settings),
                readable(settings, "ca"),
                readable(settings, "cert"),
                readable(settings, "key"),
                Optional.ofNullable(settings.get("fingerprint")).map(ClientSettings::fingerprint),
                timeout(settings));
        if (read.certificate.isPresent() != read.key.isPresent()) {
            throw new IllegalArgumentException("cert and key need each other");
        }
        if (read.fingerprint.isPresent() && read.authorities.isPresent()) {
            throw new IllegalArgumentException("ca and fingerprint exclude each other");
        }
        return read;
    }

    private static Optional<String> token(Map<String, String> settings) throws IOException {
        Optional<Path> file = Setting.file(settings, "token-file");
        if (file.isPresent()) {
            return Optional.of(Token.read(file.get()));
        }
        String token = settings.get("token");
        if (token != null && (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c <= '~'))) {
            throw new IllegalArgumentException("the token must be printable characters without blanks");
        }
        return Optional.ofNullable(token);
    }

    private static Optional<Path> readable(Map<String, String> settings, String name) throws IOException {
        Optional<Path> file = Setting.file(settings, name);
        if (file.isPresent() && !file.get().toFile().canRead()) {
            boolean exists = file.get().toFile().exists();
            throw new IOException(name + ": " + file.get() + (exists ? " may not be read" : " does not exist"));
        }
        return file;
    }

    private static String fingerprint(String text) {
        String bare = text.toLowerCase(Locale.ROOT).replace(":", "");
        if (!FINGERPRINT.matcher(bare).matches()) {
            throw new IllegalArgumentException(
                    "fingerprint must be SHA-256, 64 hexadecimal digits with or without colons, got " + text);
        }
        return bare;
    }

    private static Duration timeout(Map<String, String> settings) {
        String text = settings.get("timeout");
        if (text == null) {
            return TIMEOUT;
        }
        Matcher form = DURATION.matcher(text);
        long amount = form.matches() ? Long.parseLong(form.group(1)) : 0;
        if (amount < 1) {
            throw new IllegalArgumentException("timeout must be a duration such as 500ms, 10s or 1m, got " + text);
        }
        String unit = form.group(2) == null ? "s" : form.group(2);
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofSeconds(amount);
        };
    }

    /** The client's side of TLS. */
    SslContext tls() throws IOException {
        SslContextBuilder builder = SslContextBuilder.forClient();
        try {
            if (authorities.isPresent()) {
                builder.trustManager(GivenAuthorities.in(authorities.get()));
            }
            if (fingerprint.isPresent()) {
                // Who shows this very certificate is the one that was meant, whatever its name.
                builder.trustManager(new PinnedCertificate(fingerprint.get())).endpointIdentificationAlgorithm(null);
            }
            if (certificate.isPresent()) {
                File privateKey = key.map(Path::toFile).orElseThrow();
                builder.keyManager(certificate.get().toFile(), privateKey);
            }
            return builder.sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build();
        } catch (IllegalArgumentException | GeneralSecurityException | SSLException unusable) {
            if (key.isPresent()) {
                GivenKey.requirePkcs8("key", key.get(), unusable);
            }
            Throwable why = unusable.getCause() == null ? unusable : unusable.getCause();
            throw new IOException(
                    "cannot use ca, cert or key (certificates and PKCS #8 keys in PEM are understood): "
                            + Failures.oneLine(why),
                    unusable);
        }
    }
}
