package io.tracemalloc.capture.bytebuddy.boot;

import jdk.internal.misc.Unsafe;

/**
 * Recognises the stack of a throwable without decoding it.
 *
 * <p>Not for users. Filling in a throwable costs about 25 ns a frame, decoding it a microsecond; most samples repeat
 * a stack that is known already.
 */
/*
 * HotSpot keeps the raw stack in Throwable.backtrace: chunks of parallel arrays {short[] method ids, int[] bytecode
 * indices, Object[] classes, long[] method names, next chunk, ...} (java_lang_Throwable in javaClasses.cpp; the same
 * in 17 and 25). A class is represented by its identity hash, so that no class is kept alive; together with the
 * numbers of the methods in it and the bytecode indices, over all frames, two different stacks of the same hash are not
 * a practical concern.
 */
public final class Backtrace {

    private static final Unsafe UNSAFE = Unsafe.getUnsafe();
    private static final long FIELD = field();
    private static final int BCIS = 1;
    private static final int CLASSES = 2;
    private static final int NEXT = 4;

    private long high;
    private long low;
    private int depth;

    /** A reader; not safe for several threads at once. */
    public Backtrace() {}

    private static long field() {
        try {
            return UNSAFE.objectFieldOffset(Throwable.class, "backtrace");
        } catch (InternalError otherVm) {
            return -1;
        }
    }

    /**
     * Reads a stack.
     *
     * @param skipped frames of these classes at the top are left out
     * @param limit how many frames tell stacks apart
     * @return false if this JVM keeps stacks in another way
     */
    public boolean read(Throwable throwable, Class<?>[] skipped, int limit) {
        if (FIELD < 0 || !(UNSAFE.getReference(throwable, FIELD) instanceof Object[] chunk)) {
            return false;
        }
        high = 0x9E3779B97F4A7C15L;
        low = 0xC2B2AE3D27D4EB4FL;
        depth = 0;
        boolean top = true;
        while (chunk != null) {
            if (chunk.length <= NEXT
                    || !(chunk[BCIS] instanceof int[] bcis)
                    || !(chunk[0] instanceof short[] methods)
                    || !(chunk[CLASSES] instanceof Object[] classes)) {
                return false;
            }
            for (int i = 0; i < bcis.length && classes[i] != null; i++) {
                top = top && contains(skipped, classes[i]);
                if (!top && depth++ < limit) {
                    mix(System.identityHashCode(classes[i]), (long) methods[i] << 32 ^ bcis[i] & 0xFFFFFFFFL);
                }
            }
            chunk = chunk[NEXT] instanceof Object[] next ? next : null;
        }
        return depth > 0;
    }

    private static boolean contains(Class<?>[] classes, Object wanted) {
        for (Class<?> candidate : classes) {
            if (candidate == wanted) {
                return true;
            }
        }
        return false;
    }

    private void mix(long a, long b) {
        high = (high ^ a) * 0xFF51AFD7ED558CCDL;
        high ^= high >>> 32;
        low = (low ^ b ^ Long.rotateLeft(a, 40)) * 0xC4CEB9FE1A85EC53L;
        low ^= low >>> 29;
        high += low;
    }

    /** First half of the stack's hash. */
    public long high() {
        return high;
    }

    /** Second half of the stack's hash. */
    public long low() {
        return low;
    }

    /** Frames of the stack that were not skipped. */
    public int depth() {
        return depth;
    }
}
