package io.tracemalloc.capture.bytebuddy.boot;

import java.lang.reflect.Method;
import java.util.Iterator;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import jdk.internal.misc.Unsafe;

/**
 * Reads the object that an allocation hook was called for from the operand stack of the calling frame.
 *
 * <p>Not for users. The agent opens {@code java.lang} to this package first.
 */
/*
 * HotSpot can show a stack walker the locals and operands of each frame (java.lang.LiveStackFrame, internal). The new
 * object is on top of the operand stack when the hook runs, so a sample gets it without its reference ever being
 * passed on in the program: escape analysis keeps removing the other objects of the site. An object that C2 did
 * remove shows as null, and rightly so: it is not on the heap.
 *
 * Walkers fetch frames in batches, and with operands each interpreted frame costs an analysis of its method's byte
 * code. This walk should not fetch the program's frames beyond the one that it is for, so the first batch is as long as
 * the last walk of the same site was deep; the walker's estimate, which no factory of these walkers takes, makes it so.
 */
public final class Operands {

    private static final Set<StackWalker.Option> OPTIONS =
            // Hidden classes have hooks, too.
            Set.of(StackWalker.Option.RETAIN_CLASS_REFERENCE, StackWalker.Option.SHOW_HIDDEN_FRAMES);

    /** Frames from here to an instrumented one are fewer. */
    private static final int MAX_DEPTH = 32;

    /** Elements in the JDK's buffer of a batch that are not for frames. */
    private static final int RESERVED = 2;

    private static final int SITES = 1024;

    private static final String PACKAGE = Operands.class.getPackageName();

    /** By the frames that the first batch fetches. */
    private final StackWalker[] walkers = new StackWalker[MAX_DEPTH];

    /** How deep the last walk was, by the low bits of the site's slot: a guess for the next. */
    private final byte[] depths = new byte[SITES];

    private final Method operands;

    /**
     * Prepares the reader.
     *
     * @throws ReflectiveOperationException if this JVM has no such walkers
     */
    public Operands() throws ReflectiveOperationException {
        Class<?> frame = Class.forName("java.lang.LiveStackFrame");
        Method factory = frame.getDeclaredMethod("getStackWalker", Set.class);
        factory.setAccessible(true);
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            walkers[depth] = (StackWalker) factory.invoke(null, OPTIONS);
            fetchFirst(walkers[depth], depth);
        }
        operands = frame.getDeclaredMethod("getStack");
        operands.setAccessible(true);
    }

    private static void fetchFirst(StackWalker walker, int frames) {
        try {
            long estimate = Unsafe.getUnsafe().objectFieldOffset(StackWalker.class, "estimateDepth");
            Unsafe.getUnsafe().putInt(walker, estimate, frames + RESERVED);
        } catch (InternalError otherJdk) {
            // Without such a field: its batches are as long as the JDK makes them.
        }
    }

    /**
     * The object on top of the operand stack of the most recent frame outside this package and outside the caller.
     *
     * @param slot of the site that this frame is at
     */
    public Object top(Class<?> caller, int slot) {
        int site = slot & (SITES - 1);
        Function<Stream<StackWalker.StackFrame>, StackWalker.StackFrame> first = frames -> {
            int depth = 0;
            for (Iterator<StackWalker.StackFrame> each = frames.iterator(); each.hasNext(); ) {
                StackWalker.StackFrame frame = each.next();
                depth++;
                if (isInstrumented(frame.getDeclaringClass(), caller)) {
                    depths[site] = (byte) Math.min(depth, MAX_DEPTH - 1);
                    return frame;
                }
            }
            return null;
        };
        StackWalker.StackFrame frame = walkers[depths[site]].walk(first);
        return frame == null ? null : top(frame);
    }

    private Object top(StackWalker.StackFrame frame) {
        try {
            Object[] values = (Object[]) operands.invoke(frame);
            return values.length == 0 ? null : values[values.length - 1];
        } catch (ReflectiveOperationException refused) {
            return null;
        }
    }

    private static boolean isInstrumented(Class<?> type, Class<?> caller) {
        return type != caller
                && !(type.getClassLoader() == null && type.getPackageName().equals(PACKAGE));
    }
}
