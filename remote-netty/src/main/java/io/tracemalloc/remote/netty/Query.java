package io.tracemalloc.remote.netty;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Values in the query part of an address. */
final class Query {

    private Query() {}

    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
