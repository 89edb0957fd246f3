package io.tracemalloc.internal;

import java.lang.reflect.Field;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the field through which copies of the tracer in several class loaders meet: a public static one of a class that
 * the agent puts on the boot loader. Without an agent there is no such class.
 *
 * <p>Safe for any thread.
 */
final class SessionBridge {

    static final String CLASS_NAME = "io.tracemalloc.capture.bytebuddy.boot.SessionBridge";
    private static final String FIELD_NAME = "session";

    private final Lookup lookup;
    private volatile @Nullable Field field;

    /** Asks the parent for a class, and has none itself: no exception has to be made where there is none. */
    private static final class Lookup extends ClassLoader {
        static {
            registerAsParallelCapable();
        }

        Lookup(@Nullable ClassLoader parent) {
            super(parent);
        }

        @Override
        @SuppressWarnings("NullAway") // loadClass passes it on, and find below expects it
        protected Class<?> findClass(String name) {
            return null;
        }

        @Nullable Class<?> find() {
            try {
                return loadClass(CLASS_NAME);
            } catch (ClassNotFoundException | LinkageError absent) {
                return null;
            }
        }
    }

    /** The bridge that this loader sees; null is the boot loader. */
    SessionBridge(@Nullable ClassLoader loader) {
        this.lookup = new Lookup(loader);
    }

    /** What the agent published; null if there is no agent or it has not published yet. */
    @SuppressWarnings("unchecked")
    @Nullable Function<Object[], Object> read() {
        Field meetingPoint = field();
        try {
            return meetingPoint == null ? null : (Function<Object[], Object>) meetingPoint.get(null);
        } catch (IllegalAccessException | LinkageError unusable) {
            return null;
        }
    }

    /** Publishes a session; false if there is no class to publish it in. */
    boolean publish(Function<Object[], Object> session) {
        Field meetingPoint = field();
        try {
            if (meetingPoint != null) {
                meetingPoint.set(null, session);
            }
            return meetingPoint != null;
        } catch (IllegalAccessException | LinkageError unusable) {
            return false;
        }
    }

    private @Nullable Field field() {
        Field known = field;
        if (known == null) {
            known = look();
            field = known;
        }
        return known;
    }

    private @Nullable Field look() {
        Class<?> found = lookup.find();
        try {
            return found == null ? null : found.getField(FIELD_NAME);
        } catch (NoSuchFieldException otherVersion) {
            return null;
        }
    }
}
