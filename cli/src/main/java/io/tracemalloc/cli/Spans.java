package io.tracemalloc.cli;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Spans of time and numbers of bytes on the command line, and in words. */
final class Spans {

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})([kmg]?)");
    private static final Map<String, Integer> SHIFTS = Map.of("", 0, "k", 10, "m", 20, "g", 30);

    private Spans() {}

    /** Reads {@code 500ms}, {@code 10s}, {@code 5m}, {@code 1h}, {@code 7d}. */
    static final class DurationConverter implements ITypeConverter<Duration> {

        @Override
        public Duration convert(String value) {
            Matcher matcher = DURATION.matcher(value);
            if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
                throw new TypeConversionException(
                        "must be a duration such as 500ms, 10s, 5m, 1h or 7d, got '" + value + "'");
            }
            return Duration.ofMillis(Long.parseLong(matcher.group(1)) * MILLIS.getOrDefault(matcher.group(2), 1L));
        }
    }

    /** Reads {@code 1000}, {@code 512k}, {@code 64m}, {@code 2g}. */
    static final class SizeConverter implements ITypeConverter<Long> {

        @Override
        public Long convert(String value) {
            Matcher matcher = SIZE.matcher(value);
            if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
                throw new TypeConversionException(
                        "must be a number of bytes such as 512k, 64m or 2g, got '" + value + "'");
            }
            return Long.parseLong(matcher.group(1)) << SHIFTS.getOrDefault(matcher.group(2), 0);
        }
    }

    /** A span for people, {@code 340 ms}, {@code 2.5 s}, {@code 90 s}, {@code 45 min}. */
    static String words(Duration span) {
        long millis = span.toMillis();
        if (millis < 1_000) {
            return millis + " ms";
        }
        if (millis < 10_000 && millis % 1_000 >= 100) {
            return millis / 1_000 + "." + millis % 1_000 / 100 + " s";
        }
        return millis < 120_000 ? millis / 1_000 + " s" : millis / 60_000 + " min";
    }
}
