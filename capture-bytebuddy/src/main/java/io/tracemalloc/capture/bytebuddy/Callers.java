package io.tracemalloc.capture.bytebuddy;

/** What a class contributes where the allocations of the JDK are counted by the line of the program that called it. */
enum Callers {
    /** Nothing: callers are not told apart. */
    NOT_TOLD_APART,
    /** It notes its lines that call into the JDK. */
    PROGRAM,
    /** It allocates on behalf of those. */
    JDK
}
