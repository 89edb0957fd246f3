package io.tracemalloc.cli;

import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Model.UsageMessageSpec;

/** How help texts look: bold words to type on a terminal, plain text elsewhere. */
final class HelpStyle {

    private static final int WIDTH = 100;

    private HelpStyle() {}

    /** Options in the order of their declaration, which puts what belongs together side by side. */
    static void apply(UsageMessageSpec usage) {
        usage.width(WIDTH);
        usage.abbreviateSynopsis(true);
        usage.sortOptions(false);
        usage.headerHeading("");
        usage.synopsisHeading("%nUsage: ");
        usage.parameterListHeading("%n");
        usage.optionListHeading("%nOptions:%n");
    }

    static ColorScheme scheme(Terminal terminal) {
        return new ColorScheme.Builder(terminal.coloursOut() ? Ansi.ON : Ansi.OFF)
                .commands(Style.bold)
                .options(Style.bold)
                .build();
    }
}
