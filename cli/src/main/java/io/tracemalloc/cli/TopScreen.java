package io.tracemalloc.cli;

import io.tracemalloc.statistic.SizeFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws {@code top}: lines of text that depend on the model and the size alone. */
final class TopScreen {

    /** Lines above the rows. */
    static final int HEADING = 4;

    /** Lines below them. */
    static final int FOOTING = 1;

    private static final List<String> HELP = List.of(
            "b n l c o   sort by bytes/s, blocks/s, live bytes, live count, name",
            "g           next grouping: line, class, method, package",
            "1 2 3 4     line, class, method, package",
            "/           filter: a part of the name, or class=GLOB, method=GLOB, thread=GLOB, ...;",
            "            Enter takes it, Esc gives up; Esc outside of it shows all again",
            "space p     pause and go on",
            "arrows j k  scroll; page up, page down and home, too",
            "q           quit",
            "",
            "Rates are what was allocated since the screen before, by the clock of that JVM.",
            "Live is as of its last garbage collection.");

    /** How a line is shown. */
    enum Look {
        PLAIN,
        BOLD,
        REVERSE
    }

    /**
     * A line.
     *
     * @param text no longer than the screen is wide
     */
    record Line(String text, Look look) {}

    private TopScreen() {}

    /** How many rows fit on a screen. */
    static int page(int height) {
        return Math.max(1, height - HEADING - FOOTING);
    }

    /** The whole screen, as many lines as it is high. */
    static List<Line> render(TopModel model, int width, int height) {
        List<Line> lines = new ArrayList<>();
        add(lines, (model.state().paused() ? "[paused]  " : "") + model.title(), Look.BOLD, width);
        add(lines, model.totals(), Look.PLAIN, width);
        add(lines, choices(model), Look.PLAIN, width);
        add(lines, columns(model.state()), Look.REVERSE, width);
        if (model.state().help()) {
            HELP.forEach(line -> add(lines, line, Look.PLAIN, width));
        } else {
            addRows(lines, model, width, page(height));
        }
        while (lines.size() > Math.max(0, height - FOOTING)) {
            lines.remove(lines.size() - 1);
        }
        while (lines.size() < height - FOOTING) {
            add(lines, "", Look.PLAIN, width);
        }
        if (height > 0) {
            add(lines, foot(model), Look.BOLD, width);
        }
        return lines;
    }

    private static void addRows(List<Line> lines, TopModel model, int width, int page) {
        List<TopRow> rows = model.rows();
        int first = Math.min(model.state().scroll(), Math.max(0, rows.size() - page));
        for (TopRow row : rows.subList(first, Math.min(rows.size(), first + page))) {
            add(lines, row(row, width), Look.PLAIN, width);
        }
    }

    private static String choices(TopModel model) {
        TopState state = model.state();
        String filter = state.filter().isEmpty() ? "" : ", filter " + state.filter();
        String shown = model.rows().size() == model.groups()
                ? Messages.counted(model.groups(), "group")
                : Messages.number(model.rows().size()) + " of " + Messages.counted(model.groups(), "group");
        return "by " + state.groupBy().name() + ", sorted by " + state.sort().title() + filter + ": " + shown;
    }

    private static String columns(TopState state) {
        return Messages.right("bytes/s", 10) + Messages.right("blocks/s", 12) + Messages.right("live", 10)
                + Messages.right("count", 10) + "  " + state.groupBy().name();
    }

    /** A row; of a name that is too long, the end is kept: it has the line, or the class. */
    static String row(TopRow row, int width) {
        String numbers = Messages.right(size(row.bytesPerSecond()), 10)
                + Messages.right(rate(row.blocksPerSecond()), 12)
                + Messages.right(SizeFormat.format(row.liveBytes()), 10)
                + Messages.right(Messages.number(row.liveCount()), 10)
                + "  ";
        String name = Messages.oneLine(row.name());
        int room = Math.max(8, width - numbers.length());
        return numbers + (name.length() <= room ? name : '~' + name.substring(name.length() - room + 1));
    }

    /** Bytes per second. */
    static String size(double bytesPerSecond) {
        return SizeFormat.format(Math.round(bytesPerSecond));
    }

    /** Blocks per second: a tenth matters for the few. */
    static String rate(double perSecond) {
        return perSecond > 0 && perSecond < 10
                ? String.format(Locale.ROOT, "%.1f", perSecond)
                : Messages.number(Math.round(perSecond));
    }

    private static String foot(TopModel model) {
        TopState state = model.state();
        if (state.typed().isPresent()) {
            return (state.problem().isEmpty() ? "" : state.problem() + "  ") + "filter: "
                    + state.typed().get() + '_';
        }
        if (!model.trouble().isEmpty()) {
            return model.trouble();
        }
        return state.help()
                ? "any key: back   q: quit"
                : "q quit  space pause  g group  b n l c o sort  / filter  ? help";
    }

    private static void add(List<Line> lines, String text, Look look, int width) {
        String shown = Messages.oneLine(text);
        lines.add(new Line(shown.length() <= width ? shown : shown.substring(0, Math.max(0, width)), look));
    }
}
