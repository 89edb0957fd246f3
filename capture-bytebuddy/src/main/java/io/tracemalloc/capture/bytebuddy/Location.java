package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.spi.AllocationSink;
import org.jspecify.annotations.Nullable;

/** Method and line of an allocation site. */
record Location(ClassSites owner, String method, int line) {

    /* Spelled out: linking a record's own methods would cost milliseconds at start-up. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Location that && line == that.line && owner == that.owner && method.equals(that.method);
    }

    @Override
    public int hashCode() {
        return (System.identityHashCode(owner) * 31 + method.hashCode()) * 31 + line;
    }

    /** As the JVM would show it in a stack. */
    StackTraceElement element() {
        String file = owner.fileName.substring(owner.fileName.lastIndexOf('/') + 1);
        return new StackTraceElement(owner.className, method, file, Math.max(0, line));
    }

    int frame(AllocationSink sink) {
        return sink.frame(owner.className, method, owner.fileName, Math.max(0, line));
    }
}
