package io.tracemalloc.remote.netty;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that holds a private key. */
final class GivenKey {

    private static final String PKCS8 = "-----BEGIN PRIVATE KEY-----";

    private GivenKey() {}

    /**
     * Says what the file must hold, if it holds something else; called after Netty could not use it, whose words name
     * neither the file nor the form.
     */
    static void requirePkcs8(String setting, Path file, Exception unusable) throws IOException {
        if (!Files.readString(file, StandardCharsets.ISO_8859_1).contains(PKCS8)) {
            throw new IOException(
                    setting + ": " + file
                            + " must hold an unencrypted PKCS #8 key in PEM: openssl pkcs8 -topk8 -nocrypt -in " + file
                            + " -out NEW.pem makes one",
                    unusable);
        }
    }
}
