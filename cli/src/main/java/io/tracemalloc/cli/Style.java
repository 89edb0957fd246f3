package io.tracemalloc.cli;

/** The few colours of results, or none. */
final class Style {

    private static final String RESET = "\033[0m";

    private final boolean colours;

    Style(boolean colours) {
        this.colours = colours;
    }

    String bold(String text) {
        return wrap("\033[1m", text);
    }

    String faint(String text) {
        return wrap("\033[2m", text);
    }

    /** Growth in red, shrinkage in green. */
    String signed(long difference, String text) {
        return difference == 0 ? text : wrap(difference > 0 ? "\033[31m" : "\033[32m", text);
    }

    private String wrap(String code, String text) {
        return colours && !text.isEmpty() ? code + text + RESET : text;
    }
}
