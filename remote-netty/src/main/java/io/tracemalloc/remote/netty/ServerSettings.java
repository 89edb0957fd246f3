package io.tracemalloc.remote.netty;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a server was told besides its address, checked against it.
 *
 * @param tokenFile where the token is or shall be; empty for a new file
 * @param certificate certificate chain, PEM
 * @param key its private key
 * @param selfSigned whether to make a certificate instead
 * @param clientAuthorities who signs the certificates of clients; empty asks for none
 * @param allowedHosts further names of this server, in lower case
 */
record ServerSettings(
        Optional<Path> tokenFile,
        Optional<Path> certificate,
        Optional<Path> key,
        boolean selfSigned,
        Optional<Path> clientAuthorities,
        Set<String> allowedHosts) {

    private static final Set<String> NAMES =
            Set.of("token-file", "tls-cert", "tls-key", "tls-self-signed", "tls-client-ca", "allow-host");

    /** Reads the settings; {@link IllegalArgumentException} of one line if they make no sense or would be insecure. */
    static ServerSettings of(ListenAddress address, Map<String, String> settings) {
        Setting.requireKnown(settings, NAMES);
        ServerSettings read = new ServerSettings(
                Setting.file(settings, "token-file"),
                Setting.file(settings, "tls-cert"),
                Setting.file(settings, "tls-key"),
                Setting.flag(settings, "tls-self-signed"),
                Setting.file(settings, "tls-client-ca"),
                hosts(settings.getOrDefault("allow-host", "")));
        read.check(address);
        return read;
    }

    private static Set<String> hosts(String text) {
        Set<String> hosts = new LinkedHashSet<>();
        for (String host : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
            if (!bare.matches("[A-Za-z0-9._:-]+")) {
                throw new IllegalArgumentException(
                        "allow-host must be names or addresses joined by commas, without ports, got " + text);
            }
            hosts.add(bare.toLowerCase(Locale.ROOT));
        }
        return hosts;
    }

    private void check(ListenAddress address) {
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("tls-cert and tls-key need each other");
        }
        if (certificate.isPresent() && selfSigned) {
            throw new IllegalArgumentException("tls-self-signed=true and tls-cert exclude each other");
        }
        if (clientAuthorities.isPresent() && !tls()) {
            throw new IllegalArgumentException("tls-client-ca needs tls-cert and tls-key, or tls-self-signed=true");
        }
        if (!tls() && !address.isLocal()) {
            throw new IllegalArgumentException("listen=" + address.host() + ":" + address.port()
                    + " is not a loopback address and needs TLS: add tls-cert and tls-key, or tls-self-signed=true");
        }
    }

    /** Whether the server speaks TLS. */
    boolean tls() {
        return certificate.isPresent() || selfSigned;
    }
}
