package io.tracemalloc.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to be let in by a running target; a snapshot file needs none of it. */
final class ConnectionOptions {

    private static final String HEADING = "Running targets: ";

    @Option(
            names = "--token-file",
            order = 900,
            paramLabel = "FILE",
            description = HEADING + "the token of a network target. Default: TRACEMALLOC_TOKEN, the token itself.")
    private @Nullable String tokenFile;

    @Option(names = "--ca", order = 901, paramLabel = "FILE", description = HEADING + "certificates to trust, PEM.")
    private @Nullable String ca;

    @Option(names = "--cert", order = 902, paramLabel = "FILE", description = HEADING + "own certificate, PEM.")
    private @Nullable String cert;

    @Option(names = "--key", order = 903, paramLabel = "FILE", description = HEADING + "its private key, PEM.")
    private @Nullable String key;

    @Option(
            names = "--fingerprint",
            order = 904,
            paramLabel = "SHA256",
            description = HEADING + "the one certificate to trust, as the JVM prints it at its start.")
    private @Nullable String fingerprint;

    @Option(
            names = "--timeout",
            order = 905,
            paramLabel = "SECONDS",
            description = HEADING + "how long each step may take.")
    private @Nullable String timeout;

    /** Those that were given, by their names without dashes. */
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        put(settings, "token-file", tokenFile);
        put(settings, "ca", ca);
        put(settings, "cert", cert);
        put(settings, "key", key);
        put(settings, "fingerprint", fingerprint);
        put(settings, "timeout", timeout);
        return settings;
    }

    private static void put(Map<String, String> settings, String name, @Nullable String value) {
        if (value != null) {
            settings.put(name, value);
        }
    }
}
