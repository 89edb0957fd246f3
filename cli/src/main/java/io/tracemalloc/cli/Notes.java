package io.tracemalloc.cli;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.spi.SnapshotColumns;

/** What a reader of results has to know about them, on standard error. */
final class Notes {

    private Notes() {}

    /**
     * Tells what applies.
     *
     * @param groups how many there were
     * @param estimated whether any of their values is
     * @param snapshot as it was loaded
     */
    static void afterRows(Terminal terminal, int groups, boolean estimated, Snapshot snapshot, Metric metric) {
        if (groups == 0) {
            terminal.note("no traces match");
        }
        if (estimated) {
            terminal.note(
                    snapshot.exactness(metric).isBySite()
                            ? "totals are exact; how they divide among callers is estimated from samples"
                            : "sizes and counts are estimated from samples");
        }
        losses(terminal, snapshot.columns());
    }

    /** Events and frames that the tracer could not record. */
    static void losses(Terminal terminal, SnapshotColumns columns) {
        if (columns.dropped() > 0) {
            terminal.note(Messages.counted(columns.dropped(), "event") + " dropped by the tracer");
        }
        if (columns.truncated() > 0) {
            terminal.note(Messages.counted(columns.truncated(), "traceback") + " cut short by the tracer");
        }
    }
}
