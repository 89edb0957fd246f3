package io.tracemalloc.internal.analysis;

import io.tracemalloc.Frame;
import io.tracemalloc.Metric;
import io.tracemalloc.Traceback;
import io.tracemalloc.internal.columns.LongColumn;
import io.tracemalloc.internal.columns.LongTable;
import io.tracemalloc.internal.columns.NameTable;
import io.tracemalloc.internal.columns.RecordColumns;
import io.tracemalloc.internal.columns.SequenceTable;
import io.tracemalloc.spi.GroupingProvider;
import io.tracemalloc.statistic.GroupBy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * The groups of one statistic or of one comparison; snapshots that are summed by the same object share their ids.
 *
 * <p>Records are first summed by something they carry as a number (traceback, class, thread, domain) and only the few
 * sums are then mapped to groups.
 */
abstract class Groups {

    static Groups of(GroupBy groupBy, boolean cumulative) {
        if (groupBy.provider().isPresent()) {
            return new OfPlugIn(groupBy.provider().get());
        }
        return switch (groupBy.name()) {
            case "line" -> new OfFrames(new FrameKeys.Lines(), cumulative);
            case "file" -> new OfFrames(new FrameKeys.Files(), cumulative);
            case "method" -> new OfFrames(new FrameKeys.Methods(Groups::qualifiedMethod), cumulative);
            case "package" -> new OfFrames(new FrameKeys.Methods(Groups::packageName), cumulative);
            case "traceback" -> new OfTracebacks();
            case "class" ->
                new OfNames(data -> data.records().types(), RecordColumns::typeCount, RecordColumns::typeName);
            case "thread" ->
                new OfNames(data -> data.records().threads(), RecordColumns::threadCount, RecordColumns::threadName);
            case "host" ->
                new OfNames(data -> data.records().threads(), RecordColumns::threadCount, RecordColumns::threadHost);
            case "domain" -> new OfDomains();
            default -> throw new IllegalArgumentException("unknown grouping " + groupBy.name());
        };
    }

    private static String qualifiedMethod(String className, String methodName) {
        return new Frame(className, methodName, "", 0).qualifiedMethod();
    }

    private static String packageName(String className, String methodName) {
        String name = new Frame(className, methodName, "", 0).packageName();
        // Not the empty key: that is of classes that are not known.
        return name.isEmpty() && !className.isEmpty() ? "<unnamed>" : name;
    }

    /** The sums of a snapshot by the ids of these groups. */
    abstract Totals totals(RecordColumns data, Metric metric);

    /** Number of groups so far. */
    abstract int size();

    /** What the group shows as its traceback. */
    Traceback traceback(int group) {
        return Traceback.EMPTY;
    }

    /** The name of the group. */
    abstract String key(int group);

    private static final class OfFrames extends Groups {

        private final FrameKeys keys;
        private final boolean cumulative;

        OfFrames(FrameKeys keys, boolean cumulative) {
            this.keys = keys;
            this.cumulative = cumulative;
        }

        @Override
        Totals totals(RecordColumns data, Metric metric) {
            Totals sites = RecordSums.byColumn(data, metric, data.records().tracebacks(), data.tracebackCount());
            Pass pass = new Pass(data, keys, sites);
            for (int traceback = 0; traceback < data.tracebackCount(); traceback++) {
                if (!sites.isEmpty(traceback)) {
                    pass.add(traceback, cumulative);
                }
            }
            return pass.totals;
        }

        @Override
        int size() {
            return keys.size();
        }

        @Override
        Traceback traceback(int group) {
            return keys.traceback(group);
        }

        @Override
        String key(int group) {
            return keys.key(group);
        }

        /** Spreads the sums of tracebacks over the groups of their frames. */
        private static final class Pass {

            private final RecordColumns data;
            private final FrameKeys keys;
            private final Totals sites;
            private final int[] keyOf;
            private final Totals totals;
            private final BitSet used = new BitSet();
            private final int[] lastTraceback;

            Pass(RecordColumns data, FrameKeys keys, Totals sites) {
                this.data = data;
                this.keys = keys;
                this.sites = sites;
                this.keyOf = keys.of(data);
                this.totals = new Totals(keys.size());
                this.lastTraceback = new int[keys.size()];
                Arrays.fill(lastTraceback, -1);
            }

            void add(int traceback, boolean cumulative) {
                int length = data.tracebackLength(traceback);
                if (!cumulative || length == 0) {
                    add(traceback, FrameKeys.site(data, traceback));
                    return;
                }
                for (int i = 0; i < length; i++) {
                    add(traceback, data.tracebackFrame(traceback, i));
                }
            }

            private void add(int traceback, int frame) {
                int group = keyOf[frame];
                if (!used.get(frame)) {
                    used.set(frame);
                    keys.use(data, frame, group);
                }
                // A recursive traceback meets its groups again.
                if (lastTraceback[group] != traceback) {
                    lastTraceback[group] = traceback;
                    totals.add(group, sites.count(traceback), sites.bytes(traceback));
                }
            }
        }
    }

    private static final class OfTracebacks extends Groups {

        private final FrameKeys.Lines lines = new FrameKeys.Lines();
        private final SequenceTable sequences = new SequenceTable();
        private final List<Traceback> shown = new ArrayList<>();

        @Override
        Totals totals(RecordColumns data, Metric metric) {
            Totals tracebacks = RecordSums.byColumn(data, metric, data.records().tracebacks(), data.tracebackCount());
            int[] keyOf = lines.of(data);
            Totals totals = new Totals(sequences.size());
            for (int traceback = 0; traceback < data.tracebackCount(); traceback++) {
                if (!tracebacks.isEmpty(traceback)) {
                    int group = group(data, traceback, keyOf);
                    totals.add(group, tracebacks.count(traceback), tracebacks.bytes(traceback));
                }
            }
            return totals;
        }

        private int group(RecordColumns data, int traceback, int[] keyOf) {
            int[] keys = new int[Math.max(1, data.tracebackLength(traceback))];
            keys[0] = keyOf[FrameKeys.site(data, traceback)];
            for (int i = 1; i < keys.length; i++) {
                keys[i] = keyOf[data.tracebackFrame(traceback, i)];
            }
            int group = sequences.intern(keys, 0, keys.length, 0);
            show(
                    group,
                    data.tracebackLength(traceback) == 0
                            ? Traceback.of(Frame.UNKNOWN)
                            : data.tracebackObject(traceback));
            return group;
        }

        private void show(int group, Traceback traceback) {
            if (group == shown.size()) {
                shown.add(traceback);
            } else if (traceback.compareTo(shown.get(group)) < 0) {
                shown.set(group, traceback);
            }
        }

        @Override
        int size() {
            return sequences.size();
        }

        @Override
        Traceback traceback(int group) {
            return shown.get(group);
        }

        @Override
        String key(int group) {
            return shown.get(group).toString();
        }
    }

    private static final class OfNames extends Groups {

        private final NameTable groups = new NameTable();
        private final Function<RecordColumns, LongColumn> column;
        private final ToIntFunction<RecordColumns> ids;
        private final NameOf nameOf;

        OfNames(Function<RecordColumns, LongColumn> column, ToIntFunction<RecordColumns> ids, NameOf nameOf) {
            this.column = column;
            this.ids = ids;
            this.nameOf = nameOf;
        }

        /** The name by which records with this id are grouped; several ids may share it. */
        @FunctionalInterface
        interface NameOf {
            String name(RecordColumns data, int id);
        }

        @Override
        Totals totals(RecordColumns data, Metric metric) {
            int size = ids.applyAsInt(data);
            Totals sums = RecordSums.byColumn(data, metric, column.apply(data), size);
            Totals totals = new Totals(groups.size());
            for (int id = 0; id < size; id++) {
                if (!sums.isEmpty(id)) {
                    totals.add(groups.intern(nameOf.name(data, id)), sums.count(id), sums.bytes(id));
                }
            }
            return totals;
        }

        @Override
        int size() {
            return groups.size();
        }

        @Override
        String key(int group) {
            return groups.name(group);
        }
    }

    private static final class OfDomains extends Groups {

        private final LongTable domains = new LongTable();

        @Override
        Totals totals(RecordColumns data, Metric metric) {
            return RecordSums.by(data, metric, (segment, length, target) -> {
                data.records().domains().read(segment, length, target);
                int domain = -1;
                int group = -1;
                for (int i = 0; i < length; i++) {
                    if (target[i] != domain) {
                        domain = target[i];
                        group = domains.intern(domain);
                    }
                    target[i] = group;
                }
                return domains.size();
            });
        }

        @Override
        int size() {
            return domains.size();
        }

        @Override
        String key(int group) {
            return Long.toString(domains.key(group));
        }
    }

    private static final class OfPlugIn extends Groups {

        private final NameTable keys = new NameTable();
        private final GroupingProvider provider;

        OfPlugIn(GroupingProvider provider) {
            this.provider = provider;
        }

        @Override
        Totals totals(RecordColumns data, Metric metric) {
            AllocationGroups groups = new AllocationGroups(data);
            Totals sums = RecordSums.by(data, metric, groups);
            Totals totals = new Totals(keys.size());
            for (int id = 0; id < groups.size(); id++) {
                if (!sums.isEmpty(id)) {
                    String key = Objects.requireNonNull(
                            provider.keyOf(groups.group(id)), () -> "grouping " + provider.name() + " gave no key");
                    totals.add(keys.intern(key), sums.count(id), sums.bytes(id));
                }
            }
            return totals;
        }

        @Override
        int size() {
            return keys.size();
        }

        @Override
        String key(int group) {
            return keys.name(group);
        }
    }
}
