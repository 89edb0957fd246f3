package com.acme;

import io.tracemalloc.Frame;
import java.util.function.BiConsumer;

/**
 * Allocates known numbers of blocks on known lines. Each method returns the allocation site that its blocks must have.
 *
 * <p>Blocks go through a volatile field, so that no compiler can leave them out.
 */
public final class KnownAllocations {

    /** Length of the arrays: an odd size, so that nothing else in the JVM has blocks like them. */
    public static final int ARRAY_LENGTH = 123 * 8;

    private static final String FILE = "com/acme/KnownAllocations.java";

    /** The block allocated last. */
    public static volatile Object last = "";

    /** Told of each block and its site: how a backend without eyes of its own sees. */
    public static volatile BiConsumer<Object, Frame> observer = (block, site) -> {};

    private KnownAllocations() {}

    /** An object with two fields. */
    public static final class Point {
        /** Read by nobody. */
        public long x;

        /** Read by nobody. */
        public long y;
    }

    /** So many points. */
    public static Frame points(int count) {
        Frame site = below(2);
        for (int i = 0; i < count; i++) {
            last = new Point();
            observer.accept(last, site);
        }
        return site;
    }

    /** So many {@code byte[]} of {@link #ARRAY_LENGTH}. */
    public static Frame byteArrays(int count) {
        Frame site = below(2);
        for (int i = 0; i < count; i++) {
            last = new byte[ARRAY_LENGTH];
            observer.accept(last, site);
        }
        return site;
    }

    /** Fills the array with points of its own. */
    public static Frame fill(Object[] blocks) {
        Frame site = below(2);
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = new Point();
            observer.accept(blocks[i], site);
        }
        return site;
    }

    /** One point, allocated so many calls of this method below the caller. */
    public static Frame deep(int calls) {
        return calls > 1 ? deep(calls - 1) : points(1);
    }

    /* The formatter gives each statement a line of its own, so a site is told by its distance. */
    private static Frame below(int lines) {
        StackTraceElement caller = new Throwable().getStackTrace()[1];
        return new Frame(
                KnownAllocations.class.getName(), caller.getMethodName(), FILE, caller.getLineNumber() + lines);
    }
}
