package io.tracemalloc.storage.protobuf;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Recognises files that people take for a snapshot, so that the error says what they are. */
final class Signatures {

    private static final Map<String, String> KNOWN = new LinkedHashMap<>();

    static {
        KNOWN.put("\u0089PNG", "a PNG image");
        KNOWN.put("\u00ff\u00d8\u00ff", "a JPEG image");
        KNOWN.put("FLR\0", "a JFR recording");
        KNOWN.put("JAVA PROFILE", "a heap dump (hprof)");
        KNOWN.put("\u00ca\u00fe\u00ba\u00be", "a Java class file");
        KNOWN.put("PK\u0003\u0004", "a ZIP or JAR archive");
        KNOWN.put("\u007fELF", "an ELF program");
        KNOWN.put("(\u00b5/\u00fd", "zstd-compressed data");
        KNOWN.put("\u00fd7zXZ", "xz-compressed data");
        KNOWN.put("BZh", "bzip2-compressed data");
        KNOWN.put("%PDF", "a PDF document");
        KNOWN.put("\u0080\u0003", "a Python pickle");
        KNOWN.put("\u0080\u0004", "a Python pickle");
        KNOWN.put("\u0080\u0005", "a Python pickle");
        KNOWN.put("\0\0\0\0", "zero bytes");
    }

    /** What begins like this, if it is something else than a protobuf. */
    static Optional<String> foreign(byte[] start) {
        String head = new String(start, StandardCharsets.ISO_8859_1);
        return KNOWN.entrySet().stream()
                .filter(known -> head.startsWith(known.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .or(() -> isText(start) ? Optional.of("a text file") : Optional.empty());
    }

    /** A profile has control characters, the small numbers of its tags and lengths, from its second byte on. */
    private static boolean isText(byte[] start) {
        for (byte value : start) {
            boolean space = value == '\t' || value == '\n' || value == '\r';
            if ((value >= 0 && value < ' ' && !space) || value == 0x7F) {
                return false;
            }
        }
        return start.length > 0;
    }

    private Signatures() {}
}
