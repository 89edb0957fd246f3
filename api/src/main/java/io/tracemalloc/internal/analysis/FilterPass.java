package io.tracemalloc.internal.analysis;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.internal.columns.AgeColumns;
import io.tracemalloc.internal.columns.LongColumn;
import io.tracemalloc.internal.columns.MetricColumns;
import io.tracemalloc.internal.columns.RecordColumns;
import io.tracemalloc.internal.columns.RecordTable;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One pass that copies the records which filters keep. */
public final class FilterPass {

    private final RecordColumns data;
    private final List<CompiledFilter> includes;
    private final List<CompiledFilter> excludes;
    private final Rebuild tables;
    private final RecordTable kept = new RecordTable();
    private final Map<Metric, MetricColumns> metrics = new EnumMap<>(Metric.class);
    private final @Nullable AgeColumns ages;

    private final boolean[] keep = new boolean[LongColumn.SEGMENT];
    private final boolean[] matching = new boolean[LongColumn.SEGMENT];
    private final int[] tracebacks = new int[LongColumn.SEGMENT];
    private final int[] types = new int[LongColumn.SEGMENT];
    private final int[] domains = new int[LongColumn.SEGMENT];
    private final int[] threads = new int[LongColumn.SEGMENT];
    private final long[] sizes = new long[LongColumn.SEGMENT];
    private final long[] keptTracebacks = new long[LongColumn.SEGMENT];
    private final long[] keptTypes = new long[LongColumn.SEGMENT];
    private final long[] keptDomains = new long[LongColumn.SEGMENT];
    private final long[] keptThreads = new long[LongColumn.SEGMENT];
    private final long[] keptSizes = new long[LongColumn.SEGMENT];
    private final long[] counts = new long[LongColumn.SEGMENT];
    private final long[] bytes = new long[LongColumn.SEGMENT];

    private FilterPass(RecordColumns data, List<Filter> filters) {
        this.data = data;
        this.includes = compiled(data, filters, true);
        this.excludes = compiled(data, filters, false);
        this.tables = new Rebuild(data);
        this.ages = data.ages() == null ? null : new AgeColumns();
        boolean deeper = filters.stream().anyMatch(CompiledFilter::looksDeeper) && hasDeepTraceback(data);
        data.metrics().forEach((metric, values) -> metrics.put(metric, new MetricColumns(exactness(values, deeper))));
    }

    private static List<CompiledFilter> compiled(RecordColumns data, List<Filter> filters, boolean inclusive) {
        return filters.stream()
                .filter(filter -> filter.inclusive() == inclusive)
                .map(filter -> new CompiledFilter(filter, data))
                .toList();
    }

    private static boolean hasDeepTraceback(RecordColumns data) {
        for (int traceback = 0; traceback < data.tracebackCount(); traceback++) {
            if (data.tracebackLength(traceback) > 1) {
                return true;
            }
        }
        return false;
    }

    private static Exactness exactness(MetricColumns values, boolean deeper) {
        return deeper && values.exactness().isBySite() ? Exactness.ESTIMATED : values.exactness();
    }

    /** The records that the filters keep, with the tables they need; the data itself if there is no filter. */
    public static RecordColumns filter(RecordColumns data, List<Filter> filters) {
        return filters.isEmpty() ? data : new FilterPass(data, filters).run();
    }

    private RecordColumns run() {
        int records = data.recordCount();
        for (int segment = 0; segment < LongColumn.segments(records); segment++) {
            int length = LongColumn.length(segment, records);
            choose(segment, length);
            copy(segment, length);
        }
        return new RecordColumns(
                tables.frames(),
                tables.tracebacks(),
                tables.types(),
                tables.threads(),
                kept,
                metrics,
                ages,
                data.facts());
    }

    private void choose(int segment, int length) {
        Arrays.fill(keep, 0, length, includes.isEmpty());
        for (CompiledFilter filter : includes) {
            filter.match(segment, length, matching);
            for (int i = 0; i < length; i++) {
                keep[i] |= matching[i];
            }
        }
        for (CompiledFilter filter : excludes) {
            filter.match(segment, length, matching);
            for (int i = 0; i < length; i++) {
                keep[i] &= !matching[i];
            }
        }
    }

    private void copy(int segment, int length) {
        RecordTable records = data.records();
        records.tracebacks().read(segment, length, tracebacks);
        records.types().read(segment, length, types);
        records.domains().read(segment, length, domains);
        records.threads().read(segment, length, threads);
        records.blockSizes().read(segment, length, sizes);
        int count = 0;
        for (int i = 0; i < length; i++) {
            if (keep[i]) {
                keptTracebacks[count] = tables.traceback(tracebacks[i]);
                keptTypes[count] = tables.type(types[i]);
                keptDomains[count] = domains[i];
                keptThreads[count] = tables.thread(threads[i]);
                keptSizes[count++] = sizes[i];
            }
        }
        int keptCount = count;
        copyAges(segment, length);
        kept.append(keptTracebacks, keptTypes, keptDomains, keptThreads, keptSizes, keptCount);
        data.metrics().forEach((metric, values) -> copy(segment, length, values, metric, keptCount));
    }

    private void copyAges(int segment, int length) {
        AgeColumns source = data.ages();
        if (source == null || ages == null) {
            return;
        }
        int target = kept.size();
        for (int i = 0; i < length; i++) {
            if (keep[i]) {
                ages.copy(source, segment * LongColumn.SEGMENT + i, target++);
            }
        }
    }

    private void copy(int segment, int length, MetricColumns values, Metric metric, int keptCount) {
        values.read(segment, length, sizes, counts, bytes);
        int count = 0;
        for (int i = 0; i < length; i++) {
            if (keep[i]) {
                counts[count] = counts[i];
                bytes[count++] = bytes[i];
            }
        }
        MetricColumns target = metrics.get(metric);
        if (target != null) {
            target.append(keptSizes, counts, bytes, keptCount);
        }
    }
}
