package io.tracemalloc.remote.netty;

import io.tracemalloc.TracedMemory;
import io.tracemalloc.spi.RemoteStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The status as a JSON object of strings, numbers and booleans.
 *
 * <pre>{@code
 * {"schema": "tracemalloc.status/1", "tracing": true, "frames": 25, "interval": 524288, "backend": "bytebuddy",
 *  "current": 984, "peak": 1968, "memory_estimated": true, "overhead": 4096, "dropped": 0, "pid": 4711,
 *  "jvm": "OpenJDK 64-Bit Server VM 17", "program": "com.acme.Main", "uptime_ms": 1234, "refused": 0}
 * }</pre>
 *
 * <p>A reader ignores members that it does not know, so that later versions can add some. Sizes are bytes.
 */
final class StatusJson {

    static final String SCHEMA = "tracemalloc.status/1";

    private StatusJson() {}

    /** Writes a status, with further numbers of the server at its end. */
    static String write(RemoteStatus status, Map<String, Long> more) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("schema", SCHEMA);
        members.put("tracing", status.tracing());
        members.put("frames", (long) status.frames());
        members.put("interval", status.intervalBytes());
        members.put("backend", status.backend());
        members.put("current", status.memory().currentBytes());
        members.put("peak", status.memory().peakBytes());
        members.put("memory_estimated", status.memory().estimated());
        members.put("overhead", status.overheadBytes());
        members.put("dropped", status.dropped());
        members.put("pid", status.pid());
        members.put("jvm", status.jvm());
        members.put("program", status.program());
        members.put("uptime_ms", status.uptime().toMillis());
        members.putAll(more);
        return object(members);
    }

    private static String object(Map<String, Object> members) {
        StringBuilder json = new StringBuilder();
        members.forEach((name, value) -> {
            json.append(json.length() == 0 ? "{" : ", ")
                    .append('"')
                    .append(name)
                    .append("\": ");
            if (value instanceof String text) {
                quote(text, json);
            } else {
                json.append(value);
            }
        });
        return json.append("}\n").toString();
    }

    private static void quote(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                json.append("\\u").append(Character.forDigit(c >> 12, 16));
                json.append(Character.forDigit(c >> 8 & 15, 16)).append(Character.forDigit(c >> 4 & 15, 16));
                json.append(Character.forDigit(c & 15, 16));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }

    /** Reads a status; an {@link IOException} of one line says what is wrong with the text. */
    static RemoteStatus read(String json) throws IOException {
        Map<String, Object> members = new Reader(json).object();
        if (!SCHEMA.equals(members.get("schema"))) {
            throw new IOException("expected a status (" + SCHEMA + ")");
        }
        try {
            return status(members);
        } catch (IllegalArgumentException | ArithmeticException impossible) {
            throw new IOException("expected a status, found impossible values: " + impossible.getMessage(), impossible);
        }
    }

    private static RemoteStatus status(Map<String, Object> members) throws IOException {
        return new RemoteStatus(
                get(members, "tracing", Boolean.class),
                Math.toIntExact(get(members, "frames", Long.class)),
                get(members, "interval", Long.class),
                get(members, "backend", String.class),
                new TracedMemory(
                        get(members, "current", Long.class),
                        get(members, "peak", Long.class),
                        get(members, "memory_estimated", Boolean.class)),
                get(members, "overhead", Long.class),
                get(members, "dropped", Long.class),
                get(members, "pid", Long.class),
                get(members, "jvm", String.class),
                get(members, "program", String.class),
                Duration.ofMillis(get(members, "uptime_ms", Long.class)));
    }

    private static <T> T get(Map<String, Object> members, String name, Class<T> type) throws IOException {
        Object value = members.get(name);
        if (!type.isInstance(value)) {
            throw new IOException("expected a status with " + name);
        }
        return type.cast(value);
    }

    /** Reads one flat object and nothing after it. */
    private static final class Reader {
        private final String json;
        private int at;

        Reader(String json) {
            this.json = json;
        }

        Map<String, Object> object() throws IOException {
            Map<String, Object> members = new HashMap<>();
            expect('{');
            if (!next('}')) {
                do {
                    String name = string();
                    expect(':');
                    if (members.put(name, value()) != null) {
                        throw wrong("each name once");
                    }
                } while (next(','));
                expect('}');
            }
            skipBlanks();
            if (at < json.length()) {
                throw wrong("the end");
            }
            return members;
        }

        private Object value() throws IOException {
            skipBlanks();
            if (at < json.length() && json.charAt(at) == '"') {
                return string();
            }
            int start = at;
            while (at < json.length() && "+-.0123456789aeflrstuE".indexOf(json.charAt(at)) >= 0) {
                at++;
            }
            String word = json.substring(start, at);
            if (word.equals("true") || word.equals("false")) {
                return word.equals("true");
            }
            try {
                return Long.valueOf(word);
            } catch (NumberFormatException noNumber) {
                throw wrong("a string, a whole number, true or false");
            }
        }

        private String string() throws IOException {
            expect('"');
            StringBuilder text = new StringBuilder();
            while (at < json.length()) {
                char c = json.charAt(at++);
                if (c == '"') {
                    return text.toString();
                }
                if (c < ' ') {
                    break;
                }
                text.append(c == '\\' ? escaped() : c);
            }
            throw wrong("the end of a string");
        }

        private char escaped() throws IOException {
            char c = at < json.length() ? json.charAt(at++) : ' ';
            int simple = "\"\\/bfnrt".indexOf(c);
            if (simple >= 0) {
                return "\"\\/\b\f\n\r\t".charAt(simple);
            }
            try {
                if (c == 'u' && at + 4 <= json.length()) {
                    char escaped = (char) HexFormat.fromHexDigits(json, at, at + 4);
                    at += 4;
                    return escaped;
                }
            } catch (IllegalArgumentException notHexadecimal) {
                // The line below says what is wanted.
            }
            throw wrong("an escape sequence");
        }

        private void expect(char wanted) throws IOException {
            if (!next(wanted)) {
                throw wrong("'" + wanted + "'");
            }
        }

        private boolean next(char wanted) {
            skipBlanks();
            if (at < json.length() && json.charAt(at) == wanted) {
                at++;
                return true;
            }
            return false;
        }

        private void skipBlanks() {
            while (at < json.length() && " \t\r\n".indexOf(json.charAt(at)) >= 0) {
                at++;
            }
        }

        private IOException wrong(String wanted) {
            return new IOException("expected JSON with " + wanted + " at character " + at);
        }
    }
}
