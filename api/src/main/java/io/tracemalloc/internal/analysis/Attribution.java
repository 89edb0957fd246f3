package io.tracemalloc.internal.analysis;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.internal.columns.LongColumn;
import io.tracemalloc.internal.columns.MetricColumns;
import io.tracemalloc.internal.columns.NameTable;
import io.tracemalloc.internal.columns.RecordColumns;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Cuts tracebacks so that they begin in the program itself. */
public final class Attribution {

    private enum Owner {
        LIBRARY,
        JDK_TOOL,
        APPLICATION
    }

    private final RecordColumns data;
    private final Owner[] owners;
    private final boolean namesLibraries;
    private boolean cut;
    private boolean cutTools;

    private Attribution(RecordColumns data, List<String> libraryGlobs) {
        this.data = data;
        this.namesLibraries = !libraryGlobs.isEmpty();
        List<Glob> globs = libraryGlobs.stream().map(Glob::new).toList();
        NameTable names = data.frames().names();
        this.owners = new Owner[names.size()];
        for (int method = 0; method < data.frames().methodCount(); method++) {
            int name = data.frames().classOfMethod(method);
            owners[name] = owner(names.name(name), globs);
        }
    }

    private static Owner owner(String className, List<Glob> libraryGlobs) {
        if (className.isEmpty() || libraryGlobs.stream().anyMatch(glob -> glob.matches(className))) {
            return Owner.LIBRARY;
        }
        if (JdkClasses.isTool(className)) {
            return Owner.JDK_TOOL;
        }
        return JdkClasses.contain(className) ? Owner.LIBRARY : Owner.APPLICATION;
    }

    /** The same records with tracebacks that begin at the most recent frame of the program. */
    public static RecordColumns toApplication(RecordColumns data, List<String> libraryGlobs) {
        return new Attribution(data, libraryGlobs).run();
    }

    private RecordColumns run() {
        Rebuild tables = new Rebuild(data);
        int[] newIds = new int[data.tracebackCount()];
        for (int id = 0; id < newIds.length; id++) {
            int first = Math.max(0, programFrame(id));
            cut |= first > 0;
            newIds[id] = tables.tracebackFrom(id, first);
        }
        return new RecordColumns(
                tables.frames(),
                tables.tracebacks(),
                data.types(),
                data.threads(),
                data.records().withTracebacks(translated(newIds)),
                metrics(),
                data.ages(),
                data.facts());
    }

    /** The place of the most recent frame of the program, else of a tool of the JDK, else -1. */
    private int programFrame(int traceback) {
        int tool = -1;
        for (int i = 0; i < data.tracebackLength(traceback); i++) {
            int method = data.frames().method(data.tracebackFrame(traceback, i));
            Owner owner = owners[data.frames().classOfMethod(method)];
            if (owner == Owner.APPLICATION) {
                cutTools |= tool >= 0;
                return i;
            }
            if (owner == Owner.JDK_TOOL && tool < 0) {
                tool = i;
            }
        }
        return tool;
    }

    private LongColumn translated(int[] newIds) {
        LongColumn result = new LongColumn();
        int[] ids = new int[LongColumn.SEGMENT];
        long[] translated = new long[LongColumn.SEGMENT];
        int records = data.recordCount();
        for (int segment = 0; segment < LongColumn.segments(records); segment++) {
            int length = LongColumn.length(segment, records);
            data.records().tracebacks().read(segment, length, ids);
            for (int i = 0; i < length; i++) {
                translated[i] = newIds[ids[i]];
            }
            result.append(translated, length);
        }
        return result;
    }

    private Map<Metric, MetricColumns> metrics() {
        Map<Metric, MetricColumns> metrics = new EnumMap<>(Metric.class);
        data.metrics().forEach((metric, values) -> {
            boolean weaker = cut && values.exactness().isBySite();
            metrics.put(metric, weaker ? values.withExactness(afterCut(values.exactness())) : values);
        });
        return metrics;
    }

    /**
     * Tracebacks begin at the program's line now: where these were counted, it is the site of an exact sum. Counters take a
     * tool of the JDK for the program, so that who called the tool is known from samples only.
     */
    private Exactness afterCut(Exactness before) {
        boolean counted = before == Exactness.EXACT_BY_CALLER && !namesLibraries && !cutTools;
        return counted ? Exactness.EXACT_BY_SITE : Exactness.ESTIMATED;
    }
}
