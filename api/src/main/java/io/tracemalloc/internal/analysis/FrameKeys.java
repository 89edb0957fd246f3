package io.tracemalloc.internal.analysis;

import io.tracemalloc.Frame;
import io.tracemalloc.Traceback;
import io.tracemalloc.internal.columns.FrameTable;
import io.tracemalloc.internal.columns.LongTable;
import io.tracemalloc.internal.columns.NameTable;
import io.tracemalloc.internal.columns.RecordColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Gives frames of any number of snapshots their groups: ids that are equal iff the parts which the grouping looks at
 * are.
 */
abstract class FrameKeys {

    /** The group of each frame, and after them that of the unknown frame, which a traceback without frames stands for. */
    abstract int[] of(RecordColumns data);

    /** Number of groups so far. */
    abstract int size();

    /** Notes that a group has this frame; the number of frames stands for the unknown one. */
    void use(RecordColumns data, int frame, int group) {}

    /** What the group shows as its traceback. */
    Traceback traceback(int group) {
        return Traceback.EMPTY;
    }

    /** The name of the group. */
    abstract String key(int group);

    /** The frame that starts a traceback; the number of frames if it has none. */
    static int site(RecordColumns data, int traceback) {
        return data.tracebackLength(traceback) == 0 ? data.frameCount() : data.tracebackFrame(traceback, 0);
    }

    static Frame frame(RecordColumns data, int frame) {
        return frame == data.frameCount() ? Frame.UNKNOWN : data.frame(frame);
    }

    /** Ids of names in a table of one's own, for the names that are asked for. */
    private static final class Translation {

        private final int[] known;
        private final IntFunction<String> names;
        private final NameTable target;

        Translation(int size, IntFunction<String> names, NameTable target) {
            this.known = new int[size];
            this.names = names;
            this.target = target;
            Arrays.fill(known, -1);
        }

        int of(int id) {
            if (known[id] < 0) {
                known[id] = target.intern(names.apply(id));
            }
            return known[id];
        }
    }

    /** By file and line. */
    static final class Lines extends FrameKeys {

        private final NameTable files = new NameTable();
        private final LongTable lines = new LongTable();
        private final List<@Nullable Frame> shown = new ArrayList<>();

        @Override
        int[] of(RecordColumns data) {
            FrameTable frames = data.frames();
            Translation file = new Translation(frames.names().size(), frames.names()::name, files);
            int[] places = new int[frames.placeCount()];
            for (int place = 0; place < places.length; place++) {
                places[place] = lines.intern(file.of(frames.fileOfPlace(place)), frames.lineOfPlace(place));
            }
            int[] keys = new int[frames.size() + 1];
            for (int frame = 0; frame < frames.size(); frame++) {
                keys[frame] = places[frames.place(frame)];
            }
            keys[frames.size()] = lines.intern(files.intern(Frame.UNKNOWN.fileName()), Frame.UNKNOWN.lineNumber());
            return keys;
        }

        @Override
        int size() {
            return lines.size();
        }

        @Override
        void use(RecordColumns data, int frame, int group) {
            while (shown.size() <= group) {
                shown.add(null);
            }
            Frame known = shown.get(group);
            Frame other = frame(data, frame);
            if (known == null || other.compareTo(known) < 0) {
                shown.set(group, other);
            }
        }

        @Override
        Traceback traceback(int group) {
            return Traceback.of(Objects.requireNonNull(shown.get(group)));
        }

        @Override
        String key(int group) {
            return Objects.requireNonNull(shown.get(group)).toString();
        }
    }

    /** By file. */
    static final class Files extends FrameKeys {

        private final NameTable files = new NameTable();

        @Override
        int[] of(RecordColumns data) {
            FrameTable frames = data.frames();
            Translation file = new Translation(frames.names().size(), frames.names()::name, files);
            int[] keys = new int[frames.size() + 1];
            for (int frame = 0; frame < frames.size(); frame++) {
                keys[frame] = file.of(frames.fileOfPlace(frames.place(frame)));
            }
            keys[frames.size()] = files.intern(Frame.UNKNOWN.fileName());
            return keys;
        }

        @Override
        int size() {
            return files.size();
        }

        @Override
        Traceback traceback(int group) {
            return Traceback.of(new Frame("", "", files.name(group), 0));
        }

        @Override
        String key(int group) {
            return files.name(group) + ":0";
        }
    }

    /** By a name that a pair of class and method has. */
    static final class Methods extends FrameKeys {

        private final NameTable names = new NameTable();
        private final MethodName name;

        /** The name of a pair of class and method. */
        @FunctionalInterface
        interface MethodName {
            String of(String className, String methodName);
        }

        Methods(MethodName name) {
            this.name = name;
        }

        @Override
        int[] of(RecordColumns data) {
            FrameTable frames = data.frames();
            Translation method = new Translation(frames.methodCount(), id -> name(frames, id), names);
            int[] keys = new int[frames.size() + 1];
            for (int frame = 0; frame < frames.size(); frame++) {
                keys[frame] = method.of(frames.method(frame));
            }
            keys[frames.size()] = names.intern("");
            return keys;
        }

        private String name(FrameTable frames, int method) {
            NameTable parts = frames.names();
            return name.of(parts.name(frames.classOfMethod(method)), parts.name(frames.nameOfMethod(method)));
        }

        @Override
        int size() {
            return names.size();
        }

        @Override
        String key(int group) {
            return names.name(group);
        }
    }
}
