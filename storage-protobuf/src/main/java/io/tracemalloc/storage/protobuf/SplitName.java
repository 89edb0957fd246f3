package io.tracemalloc.storage.protobuf;

/**
 * A function's name as class and method.
 *
 * @param className empty if unknown
 * @param methodName empty if unknown
 */
record SplitName(String className, String methodName) {

    /** By the rule of the file: the class ends at the last dot. */
    static SplitName atLastDot(String name) {
        int dot = name.lastIndexOf('.');
        return at(name, Math.max(dot, 0));
    }

    /** The class is this long; 0 for an unknown class. */
    static SplitName at(String name, int classLength) {
        return classLength == 0
                ? new SplitName("", name)
                : new SplitName(name.substring(0, classLength), name.substring(classLength + 1));
    }

    String joined() {
        return className.isEmpty() ? methodName : className + '.' + methodName;
    }
}
