package io.tracemalloc.cli;

import io.tracemalloc.Exactness;
import io.tracemalloc.spi.SnapshotColumns;
import java.util.ArrayList;
import java.util.List;

/** What a reader of results has to know about them, on standard error. */
final class Notes {

    private static final String MEMORY_LIMIT = "note.memory_limit";

    /** What backends tell of values that are not what they seem, and of slow programs; other notes explain. */
    static final List<String> TOLD_LOSSES =
            List.of("note.earlier_threads", "note.counters", MEMORY_LIMIT, "note.stacks", "note.huge_methods");

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

    /** What the tracer could not record, a sentence each. */
    static List<String> losses(SnapshotColumns columns) {
        List<String> losses = new ArrayList<>();
        if (columns.dropped() > 0) {
            losses.add(Messages.counted(columns.dropped(), "event") + " dropped by the tracer");
        }
        if (columns.truncated() > 0 && !columns.attributes().containsKey(MEMORY_LIMIT)) {
            losses.add(Messages.counted(columns.truncated(), "traceback") + " cut short by the tracer");
        }
        long classes = Attributes.number(columns, "not_instrumented_classes").orElse(0);
        if (classes > 0) {
            String first = columns.attributes().get("not_instrumented_first");
            losses.add("not instrumented, and their allocations not counted: " + Messages.number(classes)
                    + (classes == 1 ? " class" : " classes")
                    + (first == null ? "" : ", first " + first));
        }
        for (String note : TOLD_LOSSES) {
            String told = columns.attributes().get(note);
            if (told != null) {
                losses.add(told);
            }
        }
        return losses;
    }

    /** What the tracer could not record. */
    static void losses(Terminal terminal, SnapshotColumns columns) {
        losses(terminal, "", columns);
    }

    /** Those of one of several targets: what OLD lost looks like growth. */
    static void lossesOf(Terminal terminal, String target, SnapshotColumns columns) {
        losses(terminal, target + ": ", columns);
    }

    private static void losses(Terminal terminal, String whose, SnapshotColumns columns) {
        losses(columns).forEach(loss -> terminal.note(whose + loss));
    }
}
