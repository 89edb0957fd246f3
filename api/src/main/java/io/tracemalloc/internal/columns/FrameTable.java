package io.tracemalloc.internal.columns;

/** Interns frames as columns of name ids. Not safe for several threads while it grows. */
public final class FrameTable {

    private final NameTable names = new NameTable();
    private final LongTable methods = new LongTable();
    private final LongTable places = new LongTable();
    private final LongTable frames = new LongTable();

    /** Number of distinct frames. */
    public int size() {
        return frames.size();
    }

    /** The id of a frame; lines below 0 count as unknown. */
    public int intern(String className, String methodName, String fileName, int line) {
        int method = methods.intern(names.intern(className), names.intern(methodName));
        int place = places.intern(names.intern(fileName), Math.max(0, line));
        return frames.intern(method, place);
    }

    /** Names of classes, methods and files. */
    public NameTable names() {
        return names;
    }

    /** Number of distinct pairs of class and method. */
    public int methodCount() {
        return methods.size();
    }

    /** The pair of class and method of a frame. */
    public int method(int frame) {
        return (int) (frames.key(frame) >>> 32);
    }

    /** Number of distinct pairs of file and line. */
    public int placeCount() {
        return places.size();
    }

    /** The pair of file and line of a frame. */
    public int place(int frame) {
        return (int) frames.key(frame);
    }

    /** Name id of the class of a pair of class and method. */
    public int classOfMethod(int method) {
        return (int) (methods.key(method) >>> 32);
    }

    /** Name id of the method of a pair of class and method. */
    public int nameOfMethod(int method) {
        return (int) methods.key(method);
    }

    /** Name id of the file of a pair of file and line. */
    public int fileOfPlace(int place) {
        return (int) (places.key(place) >>> 32);
    }

    /** Line of a pair of file and line, 0 if unknown. */
    public int lineOfPlace(int place) {
        return (int) places.key(place);
    }
}
