package io.tracemalloc.internal.columns;

import java.util.Arrays;

/**
 * A growing column of longs that takes as few bytes as its values need. Not safe for several threads while it grows.
 *
 * <p>Whatever lies beyond the end reads as 0.
 */
public final class LongColumn {

    /*
     * The column is cut into segments. A segment whose values are all equal is kept as that one value, any other as
     * an array of the narrowest type that holds them; it is copied once per widening, so that a column never moves as
     * a whole and one large value widens its own segment only. Passes decode a segment at a time into a buffer that
     * stays in the first-level cache, which turns the choice of type into one branch per segment.
     */

    /** Values per segment. */
    public static final int SEGMENT = 2048;

    private static final int SHIFT = 11;
    private static final int MASK = SEGMENT - 1;
    private static final Object CONSTANT = new Object();

    private Object[] segments = {};
    private long[] constants = {};
    private int size;

    /** Number of values. */
    public int size() {
        return size;
    }

    /** Number of segments that a column of this many values has. */
    public static int segments(int size) {
        return (size + MASK) >>> SHIFT;
    }

    /** Number of values in this segment of a column of {@code size} values. */
    public static int length(int segment, int size) {
        return Math.min(SEGMENT, size - (segment << SHIFT));
    }

    /** The value at this place, 0 beyond the end. */
    public long get(int index) {
        if (index >= size) {
            return 0;
        }
        Object segment = segments[index >>> SHIFT];
        int at = index & MASK;
        if (segment instanceof short[] shorts) {
            return shorts[at];
        }
        if (segment instanceof int[] ints) {
            return ints[at];
        }
        if (segment instanceof byte[] bytes) {
            return bytes[at];
        }
        return segment instanceof long[] longs ? longs[at] : constants[index >>> SHIFT];
    }

    /** Decodes the first {@code length} values of a segment, 0 beyond the end. */
    public void read(int segment, int length, long[] target) {
        int known = known(segment, length);
        if (known > 0) {
            decode(segment, known, target);
        }
        Arrays.fill(target, known, length, 0);
    }

    private int known(int segment, int length) {
        return Math.max(0, Math.min(length, size - (segment << SHIFT)));
    }

    private void decode(int segment, int length, long[] target) {
        Object values = segments[segment];
        if (values instanceof short[] shorts) {
            for (int i = 0; i < length; i++) {
                target[i] = shorts[i];
            }
        } else if (values instanceof int[] ints) {
            for (int i = 0; i < length; i++) {
                target[i] = ints[i];
            }
        } else if (values instanceof byte[] bytes) {
            for (int i = 0; i < length; i++) {
                target[i] = bytes[i];
            }
        } else if (values instanceof long[] longs) {
            System.arraycopy(longs, 0, target, 0, length);
        } else {
            Arrays.fill(target, 0, length, constants[segment]);
        }
    }

    /** Decodes the first {@code length} values of a segment whose values are ints, 0 beyond the end. */
    public void read(int segment, int length, int[] target) {
        int known = known(segment, length);
        if (known > 0) {
            decode(segment, known, target);
        }
        Arrays.fill(target, known, length, 0);
    }

    private void decode(int segment, int length, int[] target) {
        Object values = segments[segment];
        if (values instanceof short[] shorts) {
            for (int i = 0; i < length; i++) {
                target[i] = shorts[i];
            }
        } else if (values instanceof int[] ints) {
            System.arraycopy(ints, 0, target, 0, length);
        } else if (values instanceof byte[] bytes) {
            for (int i = 0; i < length; i++) {
                target[i] = bytes[i];
            }
        } else {
            Arrays.fill(target, 0, length, Math.toIntExact(constants[segment]));
        }
    }

    /** Copies consecutive values, 0 beyond the end. */
    public void copy(int first, long[] target, int length) {
        if ((first & MASK) == 0 && length <= SEGMENT) {
            read(first >>> SHIFT, length, target);
            return;
        }
        for (int i = 0; i < length; i++) {
            target[i] = get(first + i);
        }
    }

    /** Copies consecutive values, 0 beyond the end. */
    public void copy(int first, int[] target, int length) {
        if ((first & MASK) == 0 && length <= SEGMENT) {
            read(first >>> SHIFT, length, target);
            return;
        }
        for (int i = 0; i < length; i++) {
            target[i] = (int) get(first + i);
        }
    }

    /** Appends a value. */
    public void append(long value) {
        int segment = size >>> SHIFT;
        int at = size & MASK;
        if (at == 0) {
            open(segment, value);
        } else {
            store(segment, at, value);
        }
        size++;
    }

    /** Appends one value so many times. */
    public void appendTimes(long value, int times) {
        int end = size + times;
        while (size < end) {
            int segment = size >>> SHIFT;
            int some = Math.min(SEGMENT - (size & MASK), end - size);
            if ((size & MASK) == 0) {
                open(segment, value);
            }
            if (segments[segment] == CONSTANT && constants[segment] == value) {
                size += some;
            } else {
                append(value);
            }
        }
    }

    /** Appends the first values of an array. */
    public void append(long[] values, int length) {
        append(values, 0, length);
    }

    /** Appends part of an array. */
    public void append(long[] values, int from, int length) {
        int done = 0;
        while (done < length) {
            int some = Math.min(SEGMENT - (size & MASK), length - done);
            appendToSegment(values, from + done, some);
            size += some;
            done += some;
        }
    }

    private void appendToSegment(long[] values, int from, int length) {
        long least = values[from];
        long most = least;
        for (int i = from + 1; i < from + length; i++) {
            least = Math.min(least, values[i]);
            most = Math.max(most, values[i]);
        }
        int segment = size >>> SHIFT;
        int at = size & MASK;
        if (at == 0) {
            open(segment, least);
        }
        if (segments[segment] == CONSTANT && least == most && constants[segment] == least) {
            return;
        }
        int width = Math.max(width(segment), Math.max(width(least), width(most)));
        if (segments[segment] == CONSTANT || width > width(segment)) {
            segments[segment] = widened(segment, width);
        }
        copy(values, from, segments[segment], at, length);
    }

    private static void copy(long[] values, int from, Object target, int at, int length) {
        if (target instanceof short[] shorts) {
            for (int i = 0; i < length; i++) {
                shorts[at + i] = (short) values[from + i];
            }
        } else if (target instanceof int[] ints) {
            for (int i = 0; i < length; i++) {
                ints[at + i] = (int) values[from + i];
            }
        } else if (target instanceof byte[] bytes) {
            for (int i = 0; i < length; i++) {
                bytes[at + i] = (byte) values[from + i];
            }
        } else {
            System.arraycopy(values, from, target, at, length);
        }
    }

    /** Adds to the value at this place; 0 were there if it lies beyond the end. */
    public void add(int index, long more) {
        if (index >= size) {
            appendTimes(0, index - size);
            append(more);
        } else if (more != 0) {
            store(index >>> SHIFT, index & MASK, get(index) + more);
        }
    }

    private void open(int segment, long value) {
        if (segment == segments.length) {
            int length = Math.max(4, segment + (segment >> 1));
            segments = Arrays.copyOf(segments, length);
            constants = Arrays.copyOf(constants, length);
        }
        segments[segment] = CONSTANT;
        constants[segment] = value;
    }

    private void store(int segment, int at, long value) {
        Object values = segments[segment];
        if (values instanceof short[] shorts && (short) value == value) {
            shorts[at] = (short) value;
        } else if (values instanceof int[] ints && (int) value == value) {
            ints[at] = (int) value;
        } else if (values instanceof byte[] bytes && (byte) value == value) {
            bytes[at] = (byte) value;
        } else if (values instanceof long[] longs) {
            longs[at] = value;
        } else if (values != CONSTANT || constants[segment] != value) {
            segments[segment] = widened(segment, Math.max(width(segment), width(value)));
            store(segment, at, value);
        }
    }

    /** Bytes that the values of a segment take each; for a constant one, that they would take. */
    private int width(int segment) {
        Object values = segments[segment];
        if (values == CONSTANT) {
            return width(constants[segment]);
        }
        return values instanceof byte[] ? 1 : values instanceof short[] ? 2 : values instanceof int[] ? 4 : 8;
    }

    private static int width(long value) {
        return (byte) value == value ? 1 : (short) value == value ? 2 : (int) value == value ? 4 : 8;
    }

    private Object widened(int segment, int width) {
        long[] old = new long[SEGMENT];
        decode(segment, SEGMENT, old);
        Object wider = width == 1
                ? new byte[SEGMENT]
                : width == 2 ? new short[SEGMENT] : width == 4 ? new int[SEGMENT] : new long[SEGMENT];
        copy(old, 0, wider, 0, SEGMENT);
        return wider;
    }
}
