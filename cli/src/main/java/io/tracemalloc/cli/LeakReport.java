package io.tracemalloc.cli;

import io.tracemalloc.statistic.Growth;
import io.tracemalloc.statistic.SizeFormat;
import io.tracemalloc.statistic.StatisticDiff;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What {@code leaks} prints.
 *
 * @param groupBy name of the grouping
 * @param cumulative whether traces count for every group in their traceback
 * @param snapshots how many were compared
 * @param survived collections that blocks have survived; empty for all live ones
 * @param bornBefore when the newest of them had been allocated; empty if not known
 * @param rows what grew most first
 */
record LeakReport(
        String groupBy,
        boolean cumulative,
        int snapshots,
        OptionalLong survived,
        Optional<Instant> bornBefore,
        List<Growth> rows) {

    void write(RowFormat format, Terminal terminal) {
        switch (format) {
            case TEXT -> writeText(terminal);
            case JSON -> writeJson(terminal);
            case CSV -> writeCsv(terminal);
            case MARKDOWN -> writeMarkdown(terminal);
        }
    }

    /** The group as {@code diff} knows it. */
    static StatisticDiff difference(Growth group) {
        return new StatisticDiff(
                group.traceback(),
                group.key(),
                group.size(),
                group.sizeDiff(),
                group.count(),
                group.countDiff(),
                group.standardError() > 0);
    }

    private static String label(Growth group) {
        return Report.Row.of(difference(group)).label();
    }

    private String verdict(Growth group) {
        if (snapshots == 1) {
            return group.significant() ? "holds" : "not significant";
        }
        return group.grew() ? "grew" : "not significant";
    }

    private static String standardError(Growth group) {
        return SizeFormat.format(Math.round(group.standardError()));
    }

    private void writeText(Terminal terminal) {
        Style style = new Style(terminal.coloursOut());
        for (Growth group : rows) {
            String figures = ": size=" + SizeFormat.format(group.size()) + " ("
                    + SizeFormat.formatDiff(group.sizeDiff()) + ", standard error " + standardError(group) + "), count="
                    + group.count() + String.format(java.util.Locale.ROOT, " (%+d), ", group.countDiff())
                    + verdict(group);
            terminal.out().print(style.bold(Messages.oneLine(label(group))));
            terminal.out().println(style.signed(group.significant() ? group.sizeDiff() : 0, figures));
        }
    }

    private void writeJson(Terminal terminal) {
        Json json = new Json(terminal.out());
        json.beginObject();
        json.name("schema").value("tracemalloc.leaks/1");
        json.name("group_by").value(groupBy);
        json.name("cumulative").value(cumulative);
        json.name("snapshots").value(snapshots);
        json.name("survived").value(survived.orElse(0));
        bornBefore.ifPresent(time -> json.name("allocated_before").value(time.toString()));
        json.newLine().name("leaks").beginArray();
        for (Growth group : rows) {
            json.newLine().beginObject();
            writeGroup(json, group);
            json.endObject();
        }
        json.endArray().endObject();
        terminal.out().println();
    }

    private void writeGroup(Json json, Growth group) {
        json.name("traceback").beginArray();
        if (Report.isPlace(groupBy)) {
            group.traceback().frames().forEach(frame -> RowFormat.writeFrame(json, frame));
            json.endArray();
        } else {
            json.endArray().name("key").value(group.key());
        }
        json.name("size").value(group.size()).name("size_diff").value(group.sizeDiff());
        json.name("standard_error").value(Math.round(group.standardError()));
        json.name("count").value(group.count()).name("count_diff").value(group.countDiff());
        json.name("significant").value(group.significant());
        json.name("sizes").beginArray();
        group.sizes().forEach(json::value);
        json.endArray();
    }

    private void writeCsv(Terminal terminal) {
        Csv csv = new Csv(terminal.out());
        List<String> heading = new ArrayList<>(RowFormat.heading(groupBy));
        heading.addAll(List.of("size", "size_diff", "standard_error", "count", "count_diff", "significant"));
        csv.row(heading);
        for (Growth group : rows) {
            List<String> fields = new ArrayList<>(RowFormat.place(groupBy, group.traceback(), group.key()));
            fields.add(Long.toString(group.size()));
            fields.add(Long.toString(group.sizeDiff()));
            fields.add(Long.toString(Math.round(group.standardError())));
            fields.add(Long.toString(group.count()));
            fields.add(Long.toString(group.countDiff()));
            fields.add(Boolean.toString(group.significant()));
            csv.row(fields);
        }
    }

    private void writeMarkdown(Terminal terminal) {
        terminal.out().println("| " + groupBy + " | size | +/- | standard error | count | +/- | |");
        terminal.out().println("|---|--:|--:|--:|--:|--:|---|");
        for (Growth group : rows) {
            terminal.out()
                    .println("| " + RowFormat.code(label(group))
                            + " | " + SizeFormat.format(group.size())
                            + " | " + SizeFormat.formatDiff(group.sizeDiff())
                            + " | " + standardError(group)
                            + " | " + Messages.number(group.count())
                            + " | " + String.format(java.util.Locale.ROOT, "%+,d", group.countDiff())
                            + " | " + verdict(group) + " |");
        }
    }
}
