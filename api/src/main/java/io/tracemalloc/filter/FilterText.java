package io.tracemalloc.filter;

import io.tracemalloc.internal.Providers;
import io.tracemalloc.internal.Providers.Candidate;
import io.tracemalloc.spi.FilterProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads filters from text. */
final class FilterText {

    private static final List<String> KEYS = List.of("file", "line", "class", "method", "thread", "host", "domain");

    private FilterText() {}

    static Filter parse(boolean inclusive, String text) {
        Filter.Builder builder = Filter.builder(inclusive);
        for (String part : split(text)) {
            add(builder, part);
        }
        return builder.build();
    }

    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith("\\,", i)) {
                part.append(',');
                i++;
            } else if (text.charAt(i) == ',') {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(text.charAt(i));
            }
        }
        parts.add(part.toString());
        return parts;
    }

    private static void add(Filter.Builder builder, String part) {
        int equals = part.indexOf('=');
        if (equals >= 0) {
            add(builder, part.substring(0, equals), part.substring(equals + 1));
        } else if (part.equals("all-frames")) {
            builder.allFrames();
        } else {
            builder.file(part);
        }
    }

    private static void add(Filter.Builder builder, String key, String value) {
        switch (key) {
            case "file" -> builder.file(value);
            case "line" -> builder.line(number(key, value));
            case "class" -> builder.className(value);
            case "method" -> builder.method(value);
            case "thread" -> builder.thread(value);
            case "host" -> builder.host(value);
            case "domain" -> builder.domain(number(key, value));
            default -> builder.where(key + '=' + value, plugIn(key).condition(value));
        }
    }

    private static int number(String key, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(key + " must be a number of 0 or more, got " + value, notANumber);
        }
    }

    private static FilterProvider plugIn(String key) {
        List<Candidate<FilterProvider>> candidates = Providers.candidates(FilterProvider.class);
        List<String> plugIns = Providers.names(candidates);
        if (!plugIns.contains(key)) {
            Stream<String> keys =
                    Stream.concat(KEYS.stream(), plugIns.stream().sorted().distinct());
            throw new IllegalArgumentException("filter key must be one of " + String.join(", ", keys.toList())
                    + " or the flag all-frames, got " + key + Providers.broken(candidates));
        }
        return Providers.named(FilterProvider.class, key);
    }
}
