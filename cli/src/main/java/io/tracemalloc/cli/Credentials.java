package io.tracemalloc.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Headers that let a request in, from a file that only its owner should be able to read: a line {@code Bearer TOKEN},
 * {@code Basic USER:PASSWORD}, or {@code NAME: VALUE} each.
 */
final class Credentials {

    private static final Pattern HEADER = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):\\s*(\\S.*)");
    private static final long LARGEST_FILE = 1 << 16;

    private Credentials() {}

    /**
     * Reads them.
     *
     * @return values by the names of headers
     * @throws IOException if the file cannot be read, or is of another form; never quotes it
     */
    static Map<String, String> read(Path file) throws IOException {
        if (Files.size(file) > LARGEST_FILE) {
            throw new IOException("too large for a file of headers");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        int number = 0;
        try {
            for (String line : Files.readAllLines(file)) {
                number++;
                if (!line.isBlank() && !line.startsWith("#")) {
                    add(line.strip(), number, headers);
                }
            }
        } catch (CharacterCodingException binary) {
            throw new IOException("not a text file", binary);
        }
        if (headers.isEmpty()) {
            throw new IOException("has no line 'Bearer TOKEN', 'Basic USER:PASSWORD' or 'NAME: VALUE'");
        }
        return headers;
    }

    private static void add(String line, int number, Map<String, String> headers) throws IOException {
        String lower = line.toLowerCase(Locale.ROOT);
        Matcher header = HEADER.matcher(line);
        if (line.chars().anyMatch(Character::isISOControl)) {
            throw new IOException("line " + number + " has a control character");
        } else if (lower.startsWith("bearer ")) {
            headers.put(
                    "Authorization",
                    "Bearer " + line.substring("bearer ".length()).strip());
        } else if (lower.startsWith("basic ") && line.contains(":")) {
            byte[] pair = line.substring("basic ".length()).strip().getBytes(StandardCharsets.UTF_8);
            headers.put("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
        } else if (header.matches()) {
            headers.put(header.group(1), header.group(2));
        } else {
            throw new IOException(
                    "line " + number + " is neither 'Bearer TOKEN', 'Basic USER:PASSWORD' nor 'NAME: VALUE'");
        }
    }
}
