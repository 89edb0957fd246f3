package io.tracemalloc.cli;

import io.tracemalloc.Frame;
import io.tracemalloc.Traceback;
import io.tracemalloc.cli.Report.Row;
import io.tracemalloc.statistic.SizeFormat;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The forms in which a {@link Report} goes to standard output. */
enum RowFormat {
    /** A line per row, as Python's tracemalloc prints it. */
    TEXT {
        @Override
        void write(Report report, Terminal terminal) {
            Style style = new Style(terminal.coloursOut());
            for (Row row : report.rows()) {
                String text = Messages.oneLine(row.text());
                int numbers = text.lastIndexOf(": size=");
                String figures = text.substring(numbers);
                terminal.out().print(style.bold(text.substring(0, numbers)));
                terminal.out().println(report.diff() ? style.signed(row.sizeDiff(), figures) : figures);
            }
        }
    },
    /** One object, as the contract has it, a row per line. */
    JSON {
        @Override
        void write(Report report, Terminal terminal) {
            Json json = new Json(terminal.out());
            json.beginObject();
            json.name("schema").value(report.diff() ? "tracemalloc.diff/1" : "tracemalloc.stats/1");
            json.name("group_by").value(report.groupBy());
            json.name("cumulative").value(report.cumulative());
            json.name("metric").value(report.metric().label());
            json.name("estimated").value(report.estimated());
            json.newLine().name("statistics").beginArray();
            for (Row row : report.rows()) {
                json.newLine();
                writeRow(json, report, row);
            }
            json.endArray().endObject();
            terminal.out().println();
        }

        private void writeRow(Json json, Report report, Row row) {
            json.beginObject().name("traceback").beginArray();
            if (report.byPlace()) {
                row.traceback().frames().forEach(frame -> writeFrame(json, frame));
                json.endArray();
            } else {
                json.endArray().name("key").value(row.key());
            }
            json.name("size").value(row.size());
            if (report.diff()) {
                json.name("size_diff").value(row.sizeDiff());
            }
            json.name("count").value(row.count());
            if (report.diff()) {
                json.name("count_diff").value(row.countDiff());
            }
            json.endObject();
        }
    },
    /** A heading and a record per row; a traceback is its frames, most recent first, joined by semicolons. */
    CSV {
        @Override
        void write(Report report, Terminal terminal) {
            Csv csv = new Csv(terminal.out());
            List<String> heading = new ArrayList<>(heading(report.groupBy()));
            heading.addAll(
                    report.diff() ? List.of("size", "size_diff", "count", "count_diff") : List.of("size", "count"));
            csv.row(heading);
            report.rows().forEach(row -> csv.row(fields(report, row)));
        }

        private List<String> fields(Report report, Row row) {
            List<String> fields = new ArrayList<>(place(report.groupBy(), row.traceback(), row.key()));
            fields.add(Long.toString(row.size()));
            if (report.diff()) {
                fields.add(Long.toString(row.sizeDiff()));
            }
            fields.add(Long.toString(row.count()));
            if (report.diff()) {
                fields.add(Long.toString(row.countDiff()));
            }
            return fields;
        }
    },
    /** A table for a ticket or a build report. */
    MARKDOWN {
        @Override
        void write(Report report, Terminal terminal) {
            PrintWriter out = terminal.out();
            out.println(
                    report.diff()
                            ? "| " + report.groupBy() + " | size | +/- | count | +/- |"
                            : "| " + report.groupBy() + " | size | count | average |");
            out.println(report.diff() ? "|---|--:|--:|--:|--:|" : "|---|--:|--:|--:|");
            report.rows().forEach(row -> out.println(report.diff() ? diffLine(row) : line(row)));
        }

        private String line(Row row) {
            return "| " + code(row.label())
                    + " | " + SizeFormat.format(row.size())
                    + " | " + Messages.number(row.count())
                    + " | " + SizeFormat.format(row.average()) + " |";
        }

        private String diffLine(Row row) {
            return "| " + code(row.label())
                    + " | " + SizeFormat.format(row.size())
                    + " | " + SizeFormat.formatDiff(row.sizeDiff())
                    + " | " + Messages.number(row.count())
                    + " | " + String.format(Locale.ROOT, "%+,d", row.countDiff()) + " |";
        }
    };

    abstract void write(Report report, Terminal terminal);

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Names of the columns that say which group it is. */
    static List<String> heading(String groupBy) {
        return groupBy.equals("line") ? List.of("file", "line", "class", "method") : List.of(groupBy);
    }

    /** What stands in them. */
    static List<String> place(String groupBy, Traceback traceback, String key) {
        Frame site = traceback.site();
        return switch (groupBy) {
            case "line" ->
                List.of(site.fileName(), Integer.toString(site.lineNumber()), site.className(), site.methodName());
            case "file" -> List.of(site.fileName());
            case "traceback" ->
                List.of(traceback.frames().stream().map(Frame::toString).collect(Collectors.joining(";")));
            default -> List.of(key);
        };
    }

    /** A name in a cell of a table. */
    static String code(String text) {
        return '`' + Messages.oneLine(text).replace("`", "'").replace("|", "\\|") + '`';
    }

    static void writeFrame(Json json, Frame frame) {
        json.beginObject();
        json.name("file").value(frame.fileName());
        json.name("line").value(frame.lineNumber());
        json.name("class").value(frame.className());
        json.name("method").value(frame.methodName());
        json.endObject();
    }
}
