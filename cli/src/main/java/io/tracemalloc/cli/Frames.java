package io.tracemalloc.cli;

import io.tracemalloc.spi.SnapshotColumns;

/** How frames of a snapshot read in trees and folded stacks. */
final class Frames {

    private Frames() {}

    /** {@code com.acme.Foo.bar}, with {@code (Foo.java:42)} if lines are wanted; the file if the method is unknown. */
    static String label(SnapshotColumns columns, int frame, boolean withLine) {
        String method = method(columns, frame);
        if (!withLine) {
            return method.isEmpty() ? columns.frameFile(frame) : method;
        }
        String file = columns.frameFile(frame);
        int line = columns.frameLine(frame);
        String place = line == 0 ? file : file + ':' + line;
        return method.isEmpty() ? place : method + '(' + place.substring(file.lastIndexOf('/') + 1) + ')';
    }

    /** {@code com.acme.Foo.bar}; empty if unknown. */
    static String method(SnapshotColumns columns, int frame) {
        String className = columns.frameClass(frame);
        return className.isEmpty() ? columns.frameMethod(frame) : className + '.' + columns.frameMethod(frame);
    }
}
