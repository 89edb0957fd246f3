package io.tracemalloc.cli;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Targets as parts of file names: letters, digits and {@code . _ -} stay, {@code :} becomes {@code @} and {@code /} becomes
 * {@code +}, anything else {@code %XX}. Two targets never share a name.
 */
final class TargetNames {

    private static final String PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

    /** File systems allow 255; the time and suffixes need their part. */
    private static final int LONGEST = 160;

    private static final int HASH_BYTES = 16;

    private TargetNames() {}

    static String encode(String target) {
        StringBuilder name = new StringBuilder(target.length() + 8);
        for (byte unit : target.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (unit & 0xFF);
            boolean hides = name.isEmpty() && (c == '.' || c == '-');
            if (PLAIN.indexOf(c) >= 0 && !hides) {
                name.append(c);
            } else if (c == ':') {
                name.append('@');
            } else if (c == '/') {
                name.append('+');
            } else {
                name.append('%').append(HexFormat.of().withUpperCase().toHexDigits(unit));
            }
        }
        return name.length() <= LONGEST ? name.toString() : name.substring(0, LONGEST) + "%%" + hash(target);
    }

    /** The target of a name; the beginning of it if the name was cut. */
    static String decode(String name) {
        int cut = name.indexOf("%%");
        String kept = cut < 0 ? name : name.substring(0, cut);
        byte[] bytes = new byte[kept.length()];
        int length = 0;
        for (int i = 0; i < kept.length(); i++) {
            char c = kept.charAt(i);
            if (c == '%') {
                if (i + 2 >= kept.length()
                        || !HexFormat.isHexDigit(kept.charAt(i + 1))
                        || !HexFormat.isHexDigit(kept.charAt(i + 2))) {
                    break;
                }
                bytes[length++] = (byte) HexFormat.fromHexDigits(kept, i + 1, i + 3);
                i += 2;
            } else {
                bytes[length++] = (byte) (c == '@' ? ':' : c == '+' ? '/' : c);
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static String hash(String target) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(target.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
