package io.tracemalloc.remote.netty;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Path and parameters of a request; parameters are given once each, and known. */
final class Parameters {

    private static final int MAX_PARAMETERS = 16;

    private final String path;
    private final Map<String, String> values = new LinkedHashMap<>();

    /** Reads them; {@link IllegalArgumentException} of one line if they make no sense. */
    Parameters(String uri) {
        int query = uri.indexOf('?');
        this.path = query < 0 ? uri : uri.substring(0, query);
        QueryStringDecoder decoder = new QueryStringDecoder(uri, StandardCharsets.UTF_8, true, MAX_PARAMETERS + 1);
        Map<String, List<String>> given = decoder.parameters();
        if (given.size() > MAX_PARAMETERS) {
            throw new IllegalArgumentException("too many parameters");
        }
        given.forEach((name, all) -> {
            if (all.size() > 1) {
                throw new IllegalArgumentException("a parameter is given twice");
            }
            values.put(name, all.get(0));
        });
    }

    String path() {
        return path;
    }

    Map<String, String> values() {
        return values;
    }

    void requireOnly(Set<String> known) {
        if (!known.containsAll(values.keySet())) {
            throw new IllegalArgumentException(
                    known.isEmpty()
                            ? "no parameters are known here"
                            : "the parameters known here are "
                                    + String.join(", ", known.stream().sorted().toList()));
        }
    }

    /** {@code 1} or {@code 0}. */
    boolean flag(String name) {
        String text = values.getOrDefault(name, "0");
        if (!text.equals("0") && !text.equals("1")) {
            throw new IllegalArgumentException(name + " must be 0 or 1");
        }
        return text.equals("1");
    }

    /** A whole number in 1..most, or 0 if it is not given. */
    int number(String name, int most) {
        String text = values.get(name);
        if (text == null) {
            return 0;
        }
        try {
            int number = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException tooLong) {
            // The line below says what is wanted.
        }
        throw new IllegalArgumentException(name + " must be a whole number in 1.." + most);
    }
}
