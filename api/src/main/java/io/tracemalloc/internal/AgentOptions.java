package io.tracemalloc.internal;

import io.tracemalloc.LiveTracking;
import io.tracemalloc.Metric;
import io.tracemalloc.TraceOptions;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an agent is asked to do, read from its option text: {@code 25}, or {@code frames=25,live=exact,…}.
 *
 * <p>The text is {@code name=value} pairs joined by commas; {@code \,} is a comma in a value. A first item without
 * {@code =} is the number of frames, where 0 means to load without tracing. No text means the environment variable
 * {@code TRACEMALLOC}; if that is empty too, everything has its default.
 *
 * <p>Immutable; safe for any thread. {@link AgentOption} has the table of options.
 */
public final class AgentOptions {

    /** The environment variable that is read where the agent has no option text. */
    public static final String ENVIRONMENT_VARIABLE = "TRACEMALLOC";

    /*
     * An agent reads its options before the program starts, so what runs for good options uses neither lambdas nor
     * regular expressions: their first use alone costs more than all the rest.
     */

    private static final long NOT_A_NUMBER = -1;
    private static final AgentOption[] LISTEN_SETTINGS = {
        AgentOption.TOKEN_FILE,
        AgentOption.TLS_CERT,
        AgentOption.TLS_KEY,
        AgentOption.TLS_SELF_SIGNED,
        AgentOption.TLS_CLIENT_CA,
        AgentOption.ALLOW_HOST
    };
    private static final Duration MAX_DURATION = Duration.ofDays(36_500);

    private final boolean tracing;
    private final TraceOptions traceOptions;
    private final Map<AgentOption, String> values;

    private AgentOptions(boolean tracing, Map<AgentOption, String> values) {
        this.tracing = tracing;
        this.values = values;
        this.traceOptions = readTraceOptions();
        check();
    }

    /**
     * Reads an option text, or the environment variable if there is none.
     *
     * @throws IllegalArgumentException if it makes no sense; the message is one line
     */
    public static AgentOptions parse(@Nullable String text) {
        return parse(text, System.getenv(ENVIRONMENT_VARIABLE));
    }

    /**
     * Reads an option text, or the second text if there is none.
     *
     * @throws IllegalArgumentException if it makes no sense; the message is one line
     */
    public static AgentOptions parse(@Nullable String text, @Nullable String environment) {
        String chosen = text == null || text.isEmpty() ? environment : text;
        Map<AgentOption, String> values = new EnumMap<>(AgentOption.class);
        boolean tracing = true;
        boolean first = true;
        for (String item : items(chosen == null ? "" : chosen)) {
            int equals = item.indexOf('=');
            if (equals >= 0) {
                put(values, option(item.substring(0, equals)), item.substring(equals + 1));
            } else if (first && item.equals("0")) {
                tracing = false;
            } else if (first && looksLikeNumber(item)) {
                put(values, AgentOption.FRAMES, item);
            } else {
                throw new IllegalArgumentException(
                        "options must be a number of frames or name=value, got " + (item.isEmpty() ? "nothing" : item));
            }
            first = false;
        }
        return new AgentOptions(tracing, values);
    }

    /** The option text that gives these values, in the order of the table. */
    public static String format(Map<AgentOption, String> values) {
        return Arrays.stream(AgentOption.values())
                .filter(values::containsKey)
                .map(option -> option.optionName()
                        + '='
                        + values.getOrDefault(option, "").replace(",", "\\,"))
                .collect(Collectors.joining(","));
    }

    /** The option text that gives these options of a session. */
    public static String format(TraceOptions options) {
        return format(values(options));
    }

    /** The options that give these of a session. */
    public static Map<AgentOption, String> values(TraceOptions options) {
        Map<AgentOption, String> values = new EnumMap<>(AgentOption.class);
        values.put(AgentOption.FRAMES, Integer.toString(options.frames()));
        values.put(AgentOption.BACKEND, options.backend());
        values.put(AgentOption.INTERVAL, Long.toString(options.intervalBytes()));
        values.put(AgentOption.LIVE, options.live().label());
        values.put(AgentOption.MEMORY_LIMIT, Long.toString(options.memoryLimitBytes()));
        values.put(AgentOption.THREADS, Boolean.toString(options.threads()));
        values.put(AgentOption.CALLERS, options.exactCallers() ? "exact" : "sampled");
        return values;
    }

    /** Whether to trace from the start. */
    public boolean tracing() {
        return tracing;
    }

    /** What to record. */
    public TraceOptions traceOptions() {
        return traceOptions;
    }

    /** The file to write when the JVM ends, with its {@code %p} and {@code %n}. */
    public Optional<String> snapshotAtExit() {
        return file(AgentOption.SNAPSHOT_AT_EXIT);
    }

    /** How often to write it before that. */
    public Optional<Duration> snapshotEvery() {
        String text = values.get(AgentOption.SNAPSHOT_EVERY);
        return text == null ? Optional.empty() : Optional.of(duration(text));
    }

    /** The file to write when memory runs out. */
    public Optional<String> snapshotOnOom() {
        return file(AgentOption.SNAPSHOT_ON_OOM);
    }

    /** Whether to collect garbage before each snapshot. */
    public boolean snapshotGc() {
        return flag(AgentOption.SNAPSHOT_GC);
    }

    /** What tools show first in the files written; empty leaves it to the snapshot. */
    public Optional<Metric> defaultMetric() {
        String text = values.get(AgentOption.DEFAULT_METRIC);
        return text == null
                ? Optional.empty()
                : Optional.of(oneOf(AgentOption.DEFAULT_METRIC, text, List.of(Metric.LIVE, Metric.ALLOCATED)));
    }

    /** Where to open a remote channel. */
    public Optional<String> listen() {
        return Optional.ofNullable(values.get(AgentOption.LISTEN));
    }

    /** What else was said about the remote channel, by the names of the options. */
    public Map<String, String> listenSettings() {
        Map<String, String> settings = new LinkedHashMap<>();
        for (AgentOption option : LISTEN_SETTINGS) {
            String value = values.get(option);
            if (value != null) {
                settings.put(option.optionName(), value);
            }
        }
        return settings;
    }

    /** Whether to say on stderr what the tracer does. */
    public boolean verbose() {
        return flag(AgentOption.VERBOSE);
    }

    /** The directory in which the JVMs of one run agree on file names. */
    public Optional<Path> runDirectory() {
        return path(AgentOption.RUN_DIR);
    }

    /** What the agent is to do that is loaded already, or is loaded now, and where it answers. */
    Optional<String> command() {
        return Optional.ofNullable(values.get(AgentOption.COMMAND));
    }

    /** The file that takes the answer to the command. */
    Optional<Path> reply() {
        return path(AgentOption.REPLY);
    }

    /** When the process began that the command is for; empty for any. */
    String processStart() {
        return values.getOrDefault(AgentOption.PROCESS_START, "");
    }

    /** The file that takes the snapshot of the command. */
    Optional<Path> output() {
        return path(AgentOption.OUTPUT);
    }

    private Optional<Path> path(AgentOption option) {
        Optional<String> text = file(option);
        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text.get()));
    }

    private TraceOptions readTraceOptions() {
        TraceOptions defaults = TraceOptions.DEFAULTS;
        return new TraceOptions(
                frames(),
                values.getOrDefault(AgentOption.BACKEND, defaults.backend()),
                bytes(AgentOption.INTERVAL, defaults.intervalBytes()),
                live(),
                bytes(AgentOption.MEMORY_LIMIT, defaults.memoryLimitBytes()),
                flag(AgentOption.THREADS),
                exactCallers());
    }

    private boolean exactCallers() {
        String text = values.getOrDefault(AgentOption.CALLERS, "sampled");
        if (!text.equals("sampled") && !text.equals("exact")) {
            throw refused(AgentOption.CALLERS, "one of sampled, exact", text);
        }
        return text.equals("exact");
    }

    /* Reads every value once, so that what makes no sense is refused now and not when it is used. */
    private void check() {
        snapshotAtExit();
        snapshotOnOom();
        snapshotGc();
        defaultMetric();
        runDirectory();
        checkCommand();
        verbose();
        notEmpty(AgentOption.BACKEND, "a name");
        notEmpty(AgentOption.LISTEN, "[host:]port or unix:path");
        notEmpty(AgentOption.ALLOW_HOST, "a host");
        flag(AgentOption.TLS_SELF_SIGNED);
        file(AgentOption.TOKEN_FILE);
        file(AgentOption.TLS_CERT);
        file(AgentOption.TLS_KEY);
        file(AgentOption.TLS_CLIENT_CA);
        needsListen();
        if (snapshotEvery().isPresent() && snapshotAtExit().isEmpty()) {
            throw new IllegalArgumentException("snapshot-every needs snapshot-at-exit=FILE, which names the file");
        }
    }

    private void checkCommand() {
        boolean replies = reply().isPresent();
        output();
        if (command().isPresent() != replies) {
            throw new IllegalArgumentException("command and reply belong together");
        }
    }

    private void needsListen() {
        for (AgentOption option : LISTEN_SETTINGS) {
            String value = values.getOrDefault(option, option.defaultText());
            if (!value.equals(option.defaultText()) && listen().isEmpty()) {
                throw new IllegalArgumentException(option.optionName() + " needs listen, which says where to listen");
            }
        }
    }

    private int frames() {
        String text = values.get(AgentOption.FRAMES);
        if (text == null) {
            return TraceOptions.DEFAULTS.frames();
        }
        long frames = number(text, text.length());
        if (frames < 1 || frames > TraceOptions.MAX_FRAMES) {
            throw refused(AgentOption.FRAMES, "in 1.." + TraceOptions.MAX_FRAMES, text);
        }
        return (int) frames;
    }

    private LiveTracking live() {
        String text = values.get(AgentOption.LIVE);
        return text == null
                ? TraceOptions.DEFAULTS.live()
                : oneOf(AgentOption.LIVE, text, List.of(LiveTracking.values()));
    }

    private long bytes(AgentOption option, long otherwise) {
        String text = values.get(option);
        if (text == null) {
            return otherwise;
        }
        int digits = leadingDigits(text);
        long amount = number(text, digits);
        int shift = shift(text.substring(digits));
        if (amount == NOT_A_NUMBER || shift < 0 || amount > Long.MAX_VALUE >> shift) {
            throw refused(option, "a number of bytes such as " + option.defaultText(), text);
        }
        return amount << shift;
    }

    private static int shift(String suffix) {
        return switch (suffix) {
            case "" -> 0;
            case "k", "K" -> 10;
            case "m", "M" -> 20;
            case "g", "G" -> 30;
            default -> -1;
        };
    }

    private static Duration duration(String text) {
        int digits = leadingDigits(text);
        long amount = number(text, digits);
        ChronoUnit unit = switch (text.substring(digits)) {
            case "ms" -> ChronoUnit.MILLIS;
            case "s" -> ChronoUnit.SECONDS;
            case "m" -> ChronoUnit.MINUTES;
            case "h" -> ChronoUnit.HOURS;
            default -> ChronoUnit.FOREVER;
        };
        if (amount < 1 || unit == ChronoUnit.FOREVER || amount > MAX_DURATION.dividedBy(unit.getDuration())) {
            throw refused(AgentOption.SNAPSHOT_EVERY, "a duration such as 500ms, 10s, 5m or 1h", text);
        }
        return Duration.of(amount, unit);
    }

    private static boolean looksLikeNumber(String text) {
        return leadingDigits(text.startsWith("-") ? text.substring(1) : text) > 0;
    }

    private static int leadingDigits(String text) {
        int length = 0;
        while (length < text.length() && text.charAt(length) >= '0' && text.charAt(length) <= '9') {
            length++;
        }
        return length;
    }

    /* The first characters as a number, if they are nothing but digits that a long can hold. */
    private static long number(String text, int length) {
        try {
            return length > 0 && leadingDigits(text) >= length ? Long.parseLong(text, 0, length, 10) : NOT_A_NUMBER;
        } catch (NumberFormatException tooLarge) {
            return NOT_A_NUMBER;
        }
    }

    private boolean flag(AgentOption option) {
        String text = values.getOrDefault(option, "false");
        if (!text.equals("true") && !text.equals("false")) {
            throw refused(option, "true or false", text);
        }
        return text.equals("true");
    }

    private Optional<String> file(AgentOption option) {
        notEmpty(option, option == AgentOption.RUN_DIR ? "a directory" : "a file");
        String text = values.get(option);
        if (text == null) {
            return Optional.empty();
        }
        try {
            Path path = Path.of(text);
            if (path.getFileName() == null) {
                throw refused(option, "a file", text);
            }
            return Optional.of(text);
        } catch (InvalidPathException invalid) {
            throw refused(option, "a file", text.replace('\0', '?'));
        }
    }

    private void notEmpty(AgentOption option, String expected) {
        if ("".equals(values.get(option))) {
            throw refused(option, expected, "nothing");
        }
    }

    private static <E extends Enum<E>> E oneOf(AgentOption option, String text, List<E> choices) {
        for (E choice : choices) {
            if (choice.name().toLowerCase(Locale.ROOT).equals(text)) {
                return choice;
            }
        }
        throw refused(option, "one of " + option.placeholder().replace("|", ", "), text);
    }

    private static IllegalArgumentException refused(AgentOption option, String expected, String got) {
        return new IllegalArgumentException(option.optionName() + " must be " + expected + ", got " + got);
    }

    private static void put(Map<AgentOption, String> values, AgentOption option, String value) {
        if (values.put(option, value) != null) {
            throw new IllegalArgumentException(option.optionName() + " is given twice");
        }
    }

    private static AgentOption option(String name) {
        Optional<AgentOption> known = AgentOption.named(name);
        if (known.isEmpty()) {
            throw new IllegalArgumentException("unknown option " + name + ", use "
                    + AgentOption.forUsers().stream()
                            .map(AgentOption::optionName)
                            .collect(Collectors.joining(", ")));
        }
        return known.get();
    }

    private static List<String> items(String text) {
        List<String> items = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            boolean escaped = i > 0 && text.charAt(i - 1) == '\\';
            if (text.charAt(i) == ',' && !escaped) {
                items.add(item(text, start, i));
                start = i + 1;
            }
        }
        if (!text.isEmpty()) {
            items.add(item(text, start, text.length()));
        }
        return items;
    }

    private static String item(String text, int start, int end) {
        return text.substring(start, end).replace("\\,", ",");
    }
}
