package io.tracemalloc.capture.bytebuddy.boot;

import java.lang.reflect.Method;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

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
 */
public final class Operands {

    private final StackWalker walker;
    private final Method operands;

    /**
     * Prepares the reader.
     *
     * @throws ReflectiveOperationException if this JVM has no such walker
     */
    public Operands() throws ReflectiveOperationException {
        Class<?> frame = Class.forName("java.lang.LiveStackFrame");
        Method factory = frame.getDeclaredMethod("getStackWalker", Set.class);
        factory.setAccessible(true);
        // Hidden classes have hooks, too.
        walker = (StackWalker) factory.invoke(
                null, Set.of(StackWalker.Option.RETAIN_CLASS_REFERENCE, StackWalker.Option.SHOW_HIDDEN_FRAMES));
        operands = frame.getDeclaredMethod("getStack");
        operands.setAccessible(true);
    }

    /** The object on top of the operand stack of the most recent frame outside this package and outside the caller. */
    public Object top(Class<?> caller) {
        Function<Stream<StackWalker.StackFrame>, Optional<StackWalker.StackFrame>> first =
                frames -> frames.filter(frame -> isInstrumented(frame.getDeclaringClass(), caller))
                        .findFirst();
        Optional<StackWalker.StackFrame> frame = walker.walk(first);
        return frame.isEmpty() ? null : top(frame.get());
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

    private static final String PACKAGE = Operands.class.getPackageName();
}
