package io.tracemalloc.internal;

import io.tracemalloc.TracedMemory;
import io.tracemalloc.spi.RemoteStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** What {@link AgentCommand} answers, as text: {@code ok} and a line for each part of the status, or the error. */
public final class AgentReply {

    private static final String OK = "ok\n";
    private static final String ERROR = "error: ";

    private AgentReply() {}

    /**
     * The answer to a command that was carried out.
     *
     * @param note what else is to be known, in one line; empty if all is well
     */
    static String ok(RemoteStatus status, String note) {
        StringBuilder text = new StringBuilder(OK);
        put(text, "tracing", status.tracing());
        put(text, "frames", status.frames());
        put(text, "interval", status.intervalBytes());
        put(text, "backend", status.backend());
        put(text, "current", status.memory().currentBytes());
        put(text, "peak", status.memory().peakBytes());
        put(text, "estimated", status.memory().estimated());
        put(text, "overhead", status.overheadBytes());
        put(text, "dropped", status.dropped());
        put(text, "pid", status.pid());
        put(text, "jvm", status.jvm());
        put(text, "program", status.program());
        put(text, "uptime", status.uptime().toMillis());
        put(text, "note", note);
        // The last line: without it the answer was cut off.
        return text.append("end\n").toString();
    }

    private static void put(StringBuilder text, String name, Object value) {
        text.append(name).append('=').append(oneLine(value.toString())).append('\n');
    }

    private static String oneLine(String text) {
        return text.replace('\n', ' ').replace('\r', ' ');
    }

    /** The answer to a command that was not. */
    static String error(String message) {
        return ERROR + oneLine(message) + '\n';
    }

    /**
     * Reads the answer.
     *
     * @throws IllegalStateException if it is an error; the message is that of the other side, one line
     * @throws IllegalArgumentException if it is none at all
     */
    public static RemoteStatus read(String answer) {
        if (answer.startsWith(ERROR)) {
            throw new IllegalStateException(answer.substring(ERROR.length()).strip());
        }
        if (!answer.startsWith(OK) || !answer.endsWith("\nend\n")) {
            throw new IllegalArgumentException("no answer");
        }
        return status(values(answer));
    }

    /** What else is to be known about an answer that {@link #read} takes; empty if all is well. */
    public static String note(String answer) {
        return values(answer).getOrDefault("note", "");
    }

    private static Map<String, String> values(String answer) {
        Map<String, String> values = new HashMap<>();
        answer.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        return values;
    }

    private static RemoteStatus status(Map<String, String> values) {
        TracedMemory memory =
                new TracedMemory(number(values, "current"), number(values, "peak"), flag(values, "estimated"));
        return new RemoteStatus(
                flag(values, "tracing"),
                (int) number(values, "frames"),
                number(values, "interval"),
                values.getOrDefault("backend", ""),
                memory,
                number(values, "overhead"),
                number(values, "dropped"),
                number(values, "pid"),
                values.getOrDefault("jvm", ""),
                values.getOrDefault("program", ""),
                Duration.ofMillis(number(values, "uptime")));
    }

    private static long number(Map<String, String> values, String name) {
        return Long.parseLong(values.getOrDefault(name, "0"));
    }

    private static boolean flag(Map<String, String> values, String name) {
        return values.getOrDefault(name, "").equals("true");
    }
}
