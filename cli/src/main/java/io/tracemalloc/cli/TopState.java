package io.tracemalloc.cli;

import io.tracemalloc.filter.Filter;
import io.tracemalloc.statistic.GroupBy;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the user of {@code top} has chosen. Immutable; a key makes another one.
 *
 * @param filter what was typed after {@code /}: a filter as after {@code --include} if there is an equals sign in it, else
 *     a part of the name
 * @param typed what is being typed there; empty {@link Optional} while nothing is
 * @param problem why the last input was refused; empty if it was not
 * @param scroll how many rows are above the first shown
 */
record TopState(
        GroupBy groupBy,
        TopSort sort,
        String filter,
        Optional<String> typed,
        String problem,
        boolean paused,
        boolean help,
        boolean quit,
        int scroll) {

    /** In the order of the key {@code g}. */
    static final List<GroupBy> GROUPS = List.of(GroupBy.LINE, GroupBy.CLASS, GroupBy.METHOD, GroupBy.PACKAGE);

    private static final int CONTROL_C = 3;
    private static final int CONTROL_D = 4;
    private static final int BACKSPACE = 8;
    private static final int ENTER = '\r';
    private static final int CONTROL_U = 21;
    private static final int DELETE = 127;
    private static final int LONGEST = 200;

    /** Keys that send several characters, as numbers above all characters. */
    static final int UP = 0x11_0001;

    static final int DOWN = 0x11_0002;
    static final int PAGE_UP = 0x11_0003;
    static final int PAGE_DOWN = 0x11_0004;
    static final int HOME = 0x11_0005;
    static final int ESCAPE = 0x11_0006;

    /** What {@code top} begins with. */
    static TopState of(GroupBy groupBy, TopSort sort, String filter) {
        return new TopState(groupBy, sort, filter, Optional.empty(), "", false, false, false, 0);
    }

    /**
     * What it is after this key.
     *
     * @param key a character, or one of the numbers above
     * @param page how many rows are shown
     */
    TopState after(int key, int page) {
        if (key == CONTROL_C) {
            return withQuit();
        }
        if (typed.isPresent()) {
            return afterTyped(key, typed.get());
        }
        if (help) {
            return key == 'q' ? withQuit() : withHelp(false);
        }
        Optional<TopSort> chosen = TopSort.of(key);
        return chosen.isPresent() ? withSort(chosen.get()) : afterCommand(key, page);
    }

    private TopState afterCommand(int key, int page) {
        return switch (key) {
            case 'q', CONTROL_D -> withQuit();
            case ' ', 'p' -> withPaused(!paused);
            case 'g' -> withGroupBy(GROUPS.get((GROUPS.indexOf(groupBy) + 1) % GROUPS.size()));
            case '1', '2', '3', '4' -> withGroupBy(GROUPS.get(key - '1'));
            case '/' -> withTyped(Optional.of(filter));
            case 'h', '?' -> withHelp(true);
            case 'j', DOWN -> withScroll(scroll + 1);
            case 'k', UP -> withScroll(scroll - 1);
            case PAGE_DOWN -> withScroll(scroll + page);
            case PAGE_UP -> withScroll(scroll - page);
            case HOME -> withScroll(0);
            case ESCAPE -> withFilter("");
            default -> this;
        };
    }

    private TopState afterTyped(int key, String text) {
        if (key == ENTER || key == '\n') {
            String refused = problemOf(text);
            return refused.isEmpty() ? withFilter(text.strip()) : withProblem(refused);
        }
        if (key == ESCAPE) {
            return withTyped(Optional.empty());
        }
        if (key == CONTROL_U) {
            return withTyped(Optional.of(""));
        }
        if (key == BACKSPACE || key == DELETE) {
            int end = text.isEmpty() ? 0 : text.offsetByCodePoints(text.length(), -1);
            return withTyped(Optional.of(text.substring(0, end)));
        }
        boolean printable = key >= ' ' && key < UP && !Character.isISOControl(key);
        return printable && text.length() < LONGEST ? withTyped(Optional.of(text + Character.toString(key))) : this;
    }

    /** Why this is no filter; empty if it is one. */
    static String problemOf(String text) {
        try {
            if (text.contains("=")) {
                Filter.parse(true, text.strip());
            }
            return "";
        } catch (IllegalArgumentException | IllegalStateException e) {
            return Messages.of(e);
        }
    }

    /** The filter for traces that was typed. */
    Optional<Filter> traceFilter() {
        return filter.contains("=") ? Optional.of(Filter.parse(true, filter)) : Optional.empty();
    }

    /** Whether a row is to be shown, as far as its name decides it. */
    boolean shows(TopRow row) {
        return filter.isEmpty()
                || filter.contains("=")
                || row.name().toLowerCase(Locale.ROOT).contains(filter.toLowerCase(Locale.ROOT));
    }

    private TopState withQuit() {
        return new TopState(groupBy, sort, filter, typed, problem, paused, help, true, scroll);
    }

    private TopState withPaused(boolean value) {
        return new TopState(groupBy, sort, filter, typed, "", value, help, quit, scroll);
    }

    private TopState withHelp(boolean value) {
        return new TopState(groupBy, sort, filter, typed, "", paused, value, quit, scroll);
    }

    private TopState withSort(TopSort value) {
        return new TopState(groupBy, value, filter, typed, "", paused, help, quit, 0);
    }

    private TopState withGroupBy(GroupBy value) {
        return new TopState(value, sort, filter, typed, "", paused, help, quit, 0);
    }

    private TopState withFilter(String value) {
        return new TopState(groupBy, sort, value, Optional.empty(), "", paused, help, quit, 0);
    }

    private TopState withTyped(Optional<String> value) {
        return new TopState(groupBy, sort, filter, value, "", paused, help, quit, scroll);
    }

    private TopState withProblem(String value) {
        return new TopState(groupBy, sort, filter, typed, value, paused, help, quit, scroll);
    }

    private TopState withScroll(int value) {
        return new TopState(groupBy, sort, filter, typed, "", paused, help, quit, Math.max(0, value));
    }

    /** No further down than this. */
    TopState scrolledAtMost(int most) {
        return scroll <= most ? this : withScroll(most);
    }
}
