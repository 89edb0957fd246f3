package io.tracemalloc;

/**
 * The address spaces that traces belong to.
 *
 * <p>A domain is a plain number, as in CPython, so that an application can choose its own for
 * {@link Tracemalloc#track}. Numbers below 16 are reserved for the tracer.
 */
public final class Domain {

    /** Objects and arrays on the Java heap. */
    public static final int JAVA_HEAP = 0;

    /** Native memory allocated through the JDK: direct buffers, {@code Unsafe} and foreign-memory arenas. */
    public static final int NATIVE_MEMORY = 1;

    private Domain() {}
}
