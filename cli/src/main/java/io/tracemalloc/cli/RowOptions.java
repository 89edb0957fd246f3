package io.tracemalloc.cli;

import io.tracemalloc.statistic.GroupBy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options of the commands that print a line per group. */
final class RowOptions {

    @Option(
            names = "--group-by",
            paramLabel = "KEY",
            completionCandidates = GroupNames.class,
            description = "line, file, traceback, class, method, package, thread, host or domain, or a plug-in's key."
                    + " Default: line.")
    private String groupBy = "line";

    @Option(
            names = "--cumulative",
            description = "Count a trace for every group in its traceback, once each; for line, file, method and"
                    + " package.")
    private boolean cumulative;

    @Option(names = "--limit", paramLabel = "N", description = "Print at most N rows, 0 = all. Default: 10.")
    private int limit = 10;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            converter = FormatConverter.class,
            completionCandidates = FormatNames.class,
            description = "text, json, csv or markdown. Default: text.")
    private RowFormat format = RowFormat.TEXT;

    /** The grouping, checked against what it can do. */
    GroupBy groupBy() {
        GroupBy grouping = named();
        if (cumulative && !grouping.supportsCumulative()) {
            throw CommandFailure.usage(
                    "--cumulative works with line, file, method and package, not with " + grouping.name());
        }
        checkLimit(limit);
        return grouping;
    }

    private GroupBy named() {
        try {
            return GroupBy.named(groupBy);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw CommandFailure.usage(Messages.of(e));
        }
    }

    static void checkLimit(int limit) {
        if (limit < 0) {
            throw CommandFailure.usage("--limit must be 0 or more, got " + limit);
        }
    }

    boolean cumulative() {
        return cumulative;
    }

    RowFormat format() {
        return format;
    }

    /** How many of so many rows to print. */
    int limit(int rows) {
        return limit == 0 ? rows : Math.min(limit, rows);
    }

    /** The words after {@code --group-by}. */
    static final class GroupNames extends ArrayList<String> {

        private static final long serialVersionUID = 1L;

        GroupNames() {
            super(GroupBy.names());
        }
    }

    /** The words after {@code --format}. */
    static final class FormatNames extends ArrayList<String> {

        private static final long serialVersionUID = 1L;

        FormatNames() {
            super(Arrays.stream(RowFormat.values()).map(RowFormat::label).toList());
        }
    }

    /** Reads them. */
    static final class FormatConverter implements ITypeConverter<RowFormat> {

        @Override
        public RowFormat convert(String value) {
            for (RowFormat format : RowFormat.values()) {
                if (format.label().equals(value.toLowerCase(Locale.ROOT))) {
                    return format;
                }
            }
            throw new TypeConversionException(
                    "must be one of " + String.join(", ", new FormatNames()) + ", got '" + value + "'");
        }
    }
}
