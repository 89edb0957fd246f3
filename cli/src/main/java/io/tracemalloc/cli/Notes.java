package io.tracemalloc.cli;

import io.tracemalloc.Exactness;
import io.tracemalloc.spi.SnapshotColumns;

/** What a reader of results has to know about them, on standard error. */
final class Notes {

    private Notes() {}

    /**
     * Tells what applies.
     *
     * @param groups how many there were
     * @param estimated whether any of their values is
     * @param exactness of the totals that are shown: of the traces that filters left, at the frames that --app chose
     */
    static void afterRows(Terminal terminal, int groups, boolean estimated, Exactness exactness) {
        if (groups == 0) {
            terminal.note("no traces match");
        }
        if (estimated) {
            terminal.note(
                    exactness.isBySite()
                            ? "totals are exact; how they divide among callers is estimated from samples"
                            : "sizes and counts are estimated from samples");
        }
    }

    /** Events and frames that the tracer could not record. */
    static void losses(Terminal terminal, SnapshotColumns columns) {
        losses(terminal, "", columns);
    }

    /** Those of one of several targets: what OLD lost looks like growth. */
    static void lossesOf(Terminal terminal, String target, SnapshotColumns columns) {
        losses(terminal, target + ": ", columns);
    }

    private static void losses(Terminal terminal, String whose, SnapshotColumns columns) {
        if (columns.dropped() > 0) {
            terminal.note(whose + Messages.counted(columns.dropped(), "event") + " dropped by the tracer");
        }
        if (columns.truncated() > 0) {
            terminal.note(whose + Messages.counted(columns.truncated(), "traceback") + " cut short by the tracer");
        }
    }
}
