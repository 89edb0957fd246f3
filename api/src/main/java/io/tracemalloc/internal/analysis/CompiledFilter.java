package io.tracemalloc.internal.analysis;

import io.tracemalloc.Frame;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.internal.columns.FrameTable;
import io.tracemalloc.internal.columns.LongColumn;
import io.tracemalloc.internal.columns.NameTable;
import io.tracemalloc.internal.columns.RecordColumns;
import io.tracemalloc.spi.AllocationGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/** A filter whose answers are worked out per traceback, class and thread, so that records are only looked up. */
final class CompiledFilter {

    /** Narrows the choice of the records of a segment. */
    @FunctionalInterface
    private interface Condition {
        void narrow(int segment, int length, boolean[] matching);
    }

    private final RecordColumns data;
    private final List<Condition> conditions = new ArrayList<>();
    private final int[] ids = new int[LongColumn.SEGMENT];

    CompiledFilter(Filter filter, RecordColumns data) {
        this.data = data;
        if (concernsFrames(filter)) {
            addTable(data.records().tracebacks(), matchingTracebacks(filter));
        }
        filter.classGlob().ifPresent(glob -> addTable(data.records().types(), matchingNames(glob, data.types())));
        LongColumn threads = data.records().threads();
        int threadCount = data.threadCount();
        filter.threadGlob().ifPresent(glob -> addTable(threads, matching(glob, threadCount, data::threadName)));
        filter.hostGlob().ifPresent(glob -> addTable(threads, matching(glob, threadCount, data::threadHost)));
        filter.domain().ifPresent(this::addDomain);
        if (!filter.conditions().isEmpty()) {
            addPredicates(filter.conditions());
        }
    }

    /** Whether the filter looks at frames other than the allocation site. */
    static boolean looksDeeper(Filter filter) {
        return (filter.allFrames() && concernsFrames(filter))
                || !filter.conditions().isEmpty();
    }

    private static boolean concernsFrames(Filter filter) {
        return filter.fileGlob().isPresent()
                || filter.line().isPresent()
                || filter.methodGlob().isPresent();
    }

    /** Tells for each record of a segment whether all conditions hold. */
    void match(int segment, int length, boolean[] matching) {
        Arrays.fill(matching, 0, length, true);
        for (Condition condition : conditions) {
            condition.narrow(segment, length, matching);
        }
    }

    private void addTable(LongColumn column, boolean[] matchingIds) {
        conditions.add((segment, length, matching) -> {
            column.read(segment, length, ids);
            for (int i = 0; i < length; i++) {
                matching[i] &= matchingIds[ids[i]];
            }
        });
    }

    private void addDomain(int domain) {
        conditions.add((segment, length, matching) -> {
            data.records().domains().read(segment, length, ids);
            for (int i = 0; i < length; i++) {
                matching[i] &= ids[i] == domain;
            }
        });
    }

    private void addPredicates(List<Predicate<AllocationGroup>> predicates) {
        AllocationGroups groups = new AllocationGroups(data);
        List<Boolean> answers = new ArrayList<>();
        conditions.add((segment, length, matching) -> {
            int size = groups.read(segment, length, ids);
            for (int id = answers.size(); id < size; id++) {
                AllocationGroup group = groups.group(id);
                answers.add(predicates.stream().allMatch(predicate -> predicate.test(group)));
            }
            for (int i = 0; i < length; i++) {
                matching[i] &= answers.get(ids[i]);
            }
        });
    }

    private static boolean[] matchingNames(String glob, NameTable names) {
        return matching(glob, names.size(), names::name);
    }

    private static boolean[] matching(String glob, int size, IntFunction<String> names) {
        Glob compiled = new Glob(glob);
        boolean[] matching = new boolean[size];
        for (int id = 0; id < matching.length; id++) {
            matching[id] = compiled.matches(names.apply(id));
        }
        return matching;
    }

    private boolean[] matchingTracebacks(Filter filter) {
        boolean[] frames = matchingFrames(filter);
        boolean[] matching = new boolean[data.tracebackCount()];
        for (int id = 0; id < matching.length; id++) {
            matching[id] = filter.allFrames() ? anyFrame(id, frames) : frames[FrameKeys.site(data, id)];
        }
        return matching;
    }

    private boolean anyFrame(int traceback, boolean[] frames) {
        int length = data.tracebackLength(traceback);
        for (int i = 0; i < length; i++) {
            if (frames[data.tracebackFrame(traceback, i)]) {
                return true;
            }
        }
        return length == 0 && frames[data.frameCount()];
    }

    /** Which frames meet the conditions, and after them whether the unknown frame does. */
    private boolean[] matchingFrames(Filter filter) {
        FrameTable frames = data.frames();
        boolean[] places = matchingPlaces(filter, frames);
        boolean[] methods = matchingMethods(filter, frames);
        boolean[] matching = new boolean[frames.size() + 1];
        for (int frame = 0; frame < frames.size(); frame++) {
            matching[frame] = places[frames.place(frame)] && methods[frames.method(frame)];
        }
        matching[frames.size()] = place(filter, Frame.UNKNOWN) && method(filter, "", "");
        return matching;
    }

    private static boolean[] matchingPlaces(Filter filter, FrameTable frames) {
        NameTable names = frames.names();
        Optional<boolean[]> files = filter.fileGlob().map(glob -> matchingNames(glob, names));
        boolean[] matching = new boolean[frames.placeCount()];
        for (int place = 0; place < matching.length; place++) {
            matching[place] = (files.isEmpty() || files.get()[frames.fileOfPlace(place)])
                    && line(filter, frames.lineOfPlace(place));
        }
        return matching;
    }

    private static boolean[] matchingMethods(Filter filter, FrameTable frames) {
        NameTable names = frames.names();
        boolean[] matching = new boolean[frames.methodCount()];
        for (int method = 0; method < matching.length; method++) {
            matching[method] =
                    method(filter, names.name(frames.classOfMethod(method)), names.name(frames.nameOfMethod(method)));
        }
        return matching;
    }

    private static boolean place(Filter filter, Frame frame) {
        boolean file = filter.fileGlob()
                .map(glob -> new Glob(glob).matches(frame.fileName()))
                .orElse(true);
        return file && line(filter, frame.lineNumber());
    }

    private static boolean line(Filter filter, int line) {
        return filter.line().isEmpty() || filter.line().getAsInt() == line;
    }

    private static boolean method(Filter filter, String className, String methodName) {
        Optional<String> glob = filter.methodGlob();
        if (glob.isEmpty()) {
            return true;
        }
        // A method's own name never has a dot, so a glob with one means the class too.
        String name = glob.get().contains(".") ? new Frame(className, methodName, "", 0).qualifiedMethod() : methodName;
        return new Glob(glob.get()).matches(name);
    }
}
