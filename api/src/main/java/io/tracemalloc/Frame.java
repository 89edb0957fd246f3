package io.tracemalloc;

import java.util.Comparator;
import java.util.Objects;

/**
 * One call in a {@link Traceback}: class, method, source file and line.
 *
 * <p>Frames are equal iff all four parts are equal. Their natural order looks at file, then line, as CPython's does,
 * then at class and method so that it agrees with {@code equals}.
 *
 * <p>Immutable; safe for any thread.
 *
 * @param className binary name of the class, {@code com.acme.Foo$Bar}; hidden classes without number or address
 *     ({@code com.acme.Foo$$Lambda}); empty if unknown
 * @param methodName name of the method, {@code <init>} for constructors; empty if unknown
 * @param fileName package path and source file, {@code com/acme/Foo.java}; {@code <unknown>} if unknown
 * @param lineNumber source line, 1 or more; 0 if unknown
 */
public record Frame(String className, String methodName, String fileName, int lineNumber) implements Comparable<Frame> {

    /** The frame of which nothing is known. */
    public static final Frame UNKNOWN = new Frame("", "", "<unknown>", 0);

    private static final Comparator<Frame> ORDER = Comparator.comparing(Frame::fileName)
            .thenComparingInt(Frame::lineNumber)
            .thenComparing(Frame::className)
            .thenComparing(Frame::methodName);

    /**
     * Creates a frame.
     *
     * @throws IllegalArgumentException if the line is negative
     */
    public Frame {
        Objects.requireNonNull(className, "className");
        Objects.requireNonNull(methodName, "methodName");
        Objects.requireNonNull(fileName, "fileName");
        if (lineNumber < 0) {
            throw new IllegalArgumentException("line number must be 0 or more, got " + lineNumber);
        }
    }

    /** The package of the class, {@code com.acme}; empty for the unnamed package and for an unknown class. */
    public String packageName() {
        int dot = className.lastIndexOf('.');
        return dot < 0 ? "" : className.substring(0, dot);
    }

    /** Class and method, {@code com.acme.Foo.bar}; empty if both are unknown. */
    public String qualifiedMethod() {
        return className.isEmpty() ? methodName : className + '.' + methodName;
    }

    @Override
    public int compareTo(Frame other) {
        return ORDER.compare(this, other);
    }

    /** File and line as tracemalloc prints them, {@code com/acme/Foo.java:42}. */
    @Override
    public String toString() {
        return fileName + ':' + lineNumber;
    }
}
