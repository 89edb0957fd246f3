package io.tracemalloc.remote.netty;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;

/**
 * A key and a certificate that nobody but itself vouches for: clients recognise it by its fingerprint.
 *
 * <p>Immutable; safe for any thread.
 *
 * @param key on the curve P-256
 * @param certificate its certificate, X.509 version 3
 */
record SelfSigned(PrivateKey key, X509Certificate certificate) {

    /*
     * The JDK makes certificates only in internal classes and in the program keytool; Netty's generator wants a
     * library of several megabytes. One kind of certificate takes these lines (RFC 5280, section 4.1; RFC 5758).
     */
    private static final int VERSION_TAG = 0xa0;
    private static final int EXTENSIONS_TAG = 0xa3;
    private static final int DNS_NAME_TAG = 0x82;
    private static final int ADDRESS_TAG = 0x87;
    private static final byte[] ECDSA_WITH_SHA256 =
            Der.sequence(Der.identifier(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
    private static final byte[] COMMON_NAME = Der.identifier(0x55, 0x04, 0x03);
    private static final byte[] SUBJECT_ALTERNATIVE_NAME = Der.identifier(0x55, 0x1d, 0x11);
    private static final int SERIAL_BITS = 127;

    /* A clock that goes after ours must not find it not yet valid. */
    private static final Duration BEFORE = Duration.ofHours(1);

    /** A new one for these host names and addresses. */
    static SelfSigned create(Collection<String> hosts, Instant now, Duration validity) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            byte[] body = body(keys, hosts, now.minus(BEFORE), now.plus(validity));
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(body);
            byte[] encoded = Der.sequence(body, ECDSA_WITH_SHA256, Der.bits(signature.sign()));
            return new SelfSigned(keys.getPrivate(), (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded)));
        } catch (GeneralSecurityException everyJvmHasIt) {
            throw new IllegalStateException("cannot make a certificate: " + everyJvmHasIt.getMessage(), everyJvmHasIt);
        }
    }

    private static byte[] body(KeyPair keys, Collection<String> hosts, Instant from, Instant to) {
        byte[] name = Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.text("tracemalloc"))));
        return Der.sequence(
                Der.tagged(VERSION_TAG, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0)),
                ECDSA_WITH_SHA256,
                name,
                Der.sequence(Der.time(from), Der.time(to)),
                name,
                keys.getPublic().getEncoded(),
                Der.tagged(EXTENSIONS_TAG, Der.sequence(alternativeNames(hosts))));
    }

    private static byte[] alternativeNames(Collection<String> hosts) {
        byte[][] names = hosts.stream().map(SelfSigned::alternativeName).toArray(byte[][]::new);
        return Der.sequence(SUBJECT_ALTERNATIVE_NAME, Der.octets(Der.sequence(names)));
    }

    private static byte[] alternativeName(String host) {
        boolean number = host.matches("[0-9.]+") || host.indexOf(':') >= 0;
        try {
            return number
                    ? Der.tagged(ADDRESS_TAG, InetAddress.getByName(host).getAddress())
                    : Der.tagged(DNS_NAME_TAG, host.getBytes(StandardCharsets.US_ASCII));
        } catch (UnknownHostException noAddress) {
            throw new IllegalArgumentException(host + " is no address", noAddress);
        }
    }

    /** SHA-256 of a certificate, as openssl prints it: {@code AB:CD:…}. */
    static String fingerprint(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
        } catch (GeneralSecurityException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }
}
