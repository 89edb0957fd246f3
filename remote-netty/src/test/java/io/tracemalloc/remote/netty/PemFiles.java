package io.tracemalloc.remote.netty;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/** A certificate and its key as PEM files. */
record PemFiles(Path certificate, Path key, String fingerprint) {

    static PemFiles write(Path directory, String name, Instant from, Duration validity, String... hosts) {
        SelfSigned made = SelfSigned.create(List.of(hosts), from, validity);
        try {
            Path certificate = directory.resolve(name + ".pem");
            Path key = directory.resolve(name + "-key.pem");
            Files.writeString(certificate, pem("CERTIFICATE", made.certificate().getEncoded()));
            Files.writeString(key, pem("PRIVATE KEY", made.key().getEncoded()));
            return new PemFiles(certificate, key, SelfSigned.fingerprint(made.certificate()));
        } catch (IOException | GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    static String pem(String label, byte[] encoded) {
        byte[] lineEnd = "\n".getBytes(StandardCharsets.US_ASCII);
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, lineEnd).encodeToString(encoded) + "\n-----END " + label + "-----\n";
    }
}
