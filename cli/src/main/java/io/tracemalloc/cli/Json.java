package io.tracemalloc.cli;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * Writes JSON as it comes, without a document in memory: {@code "name": value} pairs and values, separated by
 * {@code ", "}. The caller keeps brackets and names in order.
 */
final class Json {

    private final PrintWriter out;
    private boolean separate;

    Json(PrintWriter out) {
        this.out = out;
    }

    Json beginObject() {
        return begin('{');
    }

    Json endObject() {
        return end('}');
    }

    Json beginArray() {
        return begin('[');
    }

    Json endArray() {
        return end(']');
    }

    Json name(String name) {
        separate();
        string(name);
        out.print(": ");
        separate = false;
        return this;
    }

    Json value(String text) {
        separate();
        string(text);
        return this;
    }

    Json value(long number) {
        separate();
        out.print(number);
        return this;
    }

    Json value(boolean truth) {
        separate();
        out.print(truth);
        return this;
    }

    /** Puts what follows on a line of its own. */
    Json newLine() {
        out.print(separate ? ",\n " : "\n ");
        separate = false;
        return this;
    }

    private Json begin(char bracket) {
        separate();
        out.print(bracket);
        separate = false;
        return this;
    }

    private Json end(char bracket) {
        out.print(bracket);
        separate = true;
        return this;
    }

    private void separate() {
        if (separate) {
            out.print(", ");
        }
        separate = true;
    }

    private void string(String text) {
        out.print('"');
        int plain = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\' || c < 0x20 || Character.isSurrogate(c)) {
                out.write(text, plain, i - plain);
                escape(c);
                plain = i + 1;
            }
        }
        out.write(text, plain, text.length() - plain);
        out.print('"');
    }

    /** Surrogates are spelled out too: a lone one has no UTF-8 form, and a pair stays one. */
    private void escape(char c) {
        switch (c) {
            case '"' -> out.print("\\\"");
            case '\\' -> out.print("\\\\");
            case '\n' -> out.print("\\n");
            case '\r' -> out.print("\\r");
            case '\t' -> out.print("\\t");
            default -> out.print(String.format(Locale.ROOT, "\\u%04x", (int) c));
        }
    }
}
