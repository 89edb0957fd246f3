package io.tracemalloc.capture.bytebuddy.boot;

import java.lang.reflect.Array;
import jdk.internal.misc.Unsafe;
import jdk.internal.vm.annotation.ForceInline;

/**
 * Sizes of arrays as this JVM lays them out: header, element size and alignment, so that compressed headers and
 * {@code -XX:ObjectAlignmentInBytes} are followed.
 *
 * <p>Not for users; public because the agent sets the alignment before the recorder starts.
 */
public final class Heap {

    /** Object alignment in bytes; measured and set by the agent before {@link Recorder} is initialised. */
    public static int alignment = 8;

    private Heap() {}

    /** Constants apart, so that they are read after the alignment was set and fold in compiled code. */
    static final class Layout {
        static final long MASK = alignment - 1L;
        static final long BYTES = constant("ARRAY_BYTE_BASE_OFFSET") + MASK;
        static final long SHORTS = constant("ARRAY_SHORT_BASE_OFFSET") + MASK;
        static final long INTS = constant("ARRAY_INT_BASE_OFFSET") + MASK;
        static final long LONG_BASE = constant("ARRAY_LONG_BASE_OFFSET");
        static final long LONGS = LONG_BASE + MASK;
        static final long OBJECT_BASE = constant("ARRAY_OBJECT_BASE_OFFSET");
        static final long REFERENCES = OBJECT_BASE + MASK;
        static final int REFERENCE_SHIFT = constant("ARRAY_OBJECT_INDEX_SCALE") == 4 ? 2 : 3;

        private Layout() {}

        /** By name: these fields are ints in some JDKs and longs in others. */
        private static long constant(String name) {
            try {
                return Unsafe.class.getField(name).getLong(null);
            } catch (ReflectiveOperationException otherJdk) {
                throw new ExceptionInInitializerError(otherJdk);
            }
        }
    }

    @ForceInline
    static long bytes(int length) {
        return (Layout.BYTES + length) & ~Layout.MASK;
    }

    @ForceInline
    static long shorts(int length) {
        return (Layout.SHORTS + ((long) length << 1)) & ~Layout.MASK;
    }

    @ForceInline
    static long ints(int length) {
        return (Layout.INTS + ((long) length << 2)) & ~Layout.MASK;
    }

    @ForceInline
    static long longs(int length) {
        return (Layout.LONGS + ((long) length << 3)) & ~Layout.MASK;
    }

    @ForceInline
    static long references(int length) {
        return (Layout.REFERENCES + ((long) length << Layout.REFERENCE_SHIFT)) & ~Layout.MASK;
    }

    /** Bytes that an array of such elements takes without any, ready to be {@link #aligned}. */
    static long base(Class<?> element) {
        if (!element.isPrimitive()) {
            return Layout.REFERENCES;
        }
        return switch (shift(element)) {
            case 0 -> Layout.BYTES;
            case 1 -> Layout.SHORTS;
            case 2 -> Layout.INTS;
            default -> Layout.LONGS;
        };
    }

    /** Binary logarithm of an element's bytes. */
    static int shift(Class<?> element) {
        if (!element.isPrimitive()) {
            return Layout.REFERENCE_SHIFT;
        }
        if (element == byte.class || element == boolean.class) {
            return 0;
        }
        if (element == short.class || element == char.class) {
            return 1;
        }
        return element == int.class || element == float.class ? 2 : 3;
    }

    @ForceInline
    static long aligned(long size) {
        return size & ~Layout.MASK;
    }

    /** Bytes of a field of this type. */
    public static int width(Class<?> type) {
        return 1 << shift(type);
    }

    /** Size of an object that ends there. */
    public static long padded(long end) {
        return (end + Layout.MASK) & ~Layout.MASK;
    }

    /** Size of any array. */
    static long array(Object array) {
        Class<?> element = array.getClass().getComponentType();
        return aligned(base(element) + ((long) Array.getLength(array) << shift(element)));
    }
}
