package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.capture.bytebuddy.boot.Backtrace;
import io.tracemalloc.capture.bytebuddy.boot.Handler;
import io.tracemalloc.capture.bytebuddy.boot.Recorder;
import io.tracemalloc.internal.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The stacks of samples, each kept once, as long as there is room.
 *
 * <p>Safe for any thread.
 */
final class Tracebacks {

    /** What a stack takes beside its frames. */
    private static final long STACK_BYTES = 140;

    /** A reference to an element, which all stacks share. */
    private static final long FRAME_BYTES = 8;

    /** With its place in the map. */
    private static final long ELEMENT_BYTES = 100;

    /** One kept stack: its frames from the allocation site on, at most the limit. */
    record Stack(int id, List<StackTraceElement> frames, int totalFrames) {
        /** Stands for the allocation site alone, whichever it is. */
        static final Stack SITE_ONLY = new Stack(0, List.of(), 0);

        /** Whether there is no more than the allocation site. */
        boolean isSiteOnly() {
            return id == SITE_ONLY.id;
        }

        /** Whether the stack goes through this method and line. */
        boolean contains(Location location) {
            for (StackTraceElement frame : frames) {
                if (frame.getLineNumber() == location.line()
                        && frame.getMethodName().equals(location.method())
                        && Names.className(frame.getClassName()).equals(location.owner().className)) {
                    return true;
                }
            }
            return false;
        }
    }

    /* Spelled out: linking a record's own methods would cost milliseconds at start-up. */
    private record Key(long high, long low, int site) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key that && high == that.high && low == that.low && site == that.site;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(high);
        }
    }

    /**
     * Filled in at the depth the caller has, and never thrown.
     *
     * <p>A copy of one that exists, since a flight recording notes those that are constructed: it would hold ours, not the
     * program's, and where it is just being written, be torn.
     */
    private static final class Capture extends Throwable implements Cloneable {
        private static final long serialVersionUID = 1L;

        Capture() {
            super(null, null, false, true);
        }

        Capture ofCaller() {
            try {
                Capture capture = (Capture) clone();
                capture.fill();
                return capture;
            } catch (CloneNotSupportedException impossible) {
                throw new AssertionError(impossible);
            }
        }

        private void fill() {
            super.fillInStackTrace();
        }

        /** The first one keeps no stack, and with it no class, alive. */
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    private final Capture first = new Capture();

    private final Class<?>[] skipped;
    private final int limit;
    private final ConcurrentHashMap<Key, Stack> stacks = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<StackTraceElement, StackTraceElement> elements = new ConcurrentHashMap<>();
    private final AtomicInteger nextId = new AtomicInteger(1);
    private final AtomicLong frames = new AtomicLong();
    private final long limitBytes;

    Tracebacks(int limit, long limitBytes, Class<? extends Handler> caller) {
        this.limit = limit;
        this.limitBytes = limitBytes;
        this.skipped = new Class<?>[] {Capture.class, Tracebacks.class, caller, Recorder.class, Handler.class};
    }

    /** The current thread's stack as of this allocation site; {@link Stack#SITE_ONLY} if it is new and there is no room. */
    Stack capture(int slot, Location site) {
        Capture capture = first.ofCaller();
        Backtrace hash = new Backtrace();
        // Frames of the JDK that stand above the site are cut off later: look a little deeper.
        boolean known = hash.read(capture, skipped, limit + 16);
        Key key = known ? new Key(hash.high(), hash.low(), slot) : null;
        Stack stack = key == null ? null : stacks.get(key);
        if (stack == null) {
            if (isFull()) {
                return Stack.SITE_ONLY;
            }
            stack = decode(capture.getStackTrace(), site);
            if (key == null) {
                key = new Key(stack.frames().hashCode(), stack.totalFrames(), slot);
            }
            Stack earlier = stacks.putIfAbsent(key, stack);
            if (earlier == null) {
                frames.addAndGet(stack.frames().size());
            } else {
                stack = earlier;
            }
        }
        return stack;
    }

    /** Each stack has a cell of its own, since it is of one site. */
    private boolean isFull() {
        return overheadBytes() + stacks.mappingCount() * Samples.CELL_BYTES >= limitBytes;
    }

    private Stack decode(StackTraceElement[] trace, Location site) {
        int first = 0;
        while (first < trace.length && isOwn(trace[first])) {
            first++;
        }
        int at = siteFrame(trace, first, site);
        int rest = at < 0 ? first : at + 1;
        List<StackTraceElement> frames = new ArrayList<>();
        frames.add(shared(site.element()));
        for (int i = rest; i < trace.length && frames.size() < limit; i++) {
            frames.add(shared(trace[i]));
        }
        return new Stack(nextId.getAndIncrement(), List.copyOf(frames), 1 + trace.length - rest);
    }

    private StackTraceElement shared(StackTraceElement element) {
        StackTraceElement earlier = elements.putIfAbsent(element, element);
        return earlier == null ? element : earlier;
    }

    /** The frame of the site is most often the first; where the JDK allocates for a caller, some lie above. */
    private static int siteFrame(StackTraceElement[] elements, int first, Location site) {
        for (int i = first; i < elements.length; i++) {
            if (elements[i].getMethodName().equals(site.method())
                    && Names.className(elements[i].getClassName()).equals(site.owner().className)) {
                return i;
            }
        }
        return -1;
    }

    private boolean isOwn(StackTraceElement element) {
        for (Class<?> type : skipped) {
            if (element.getClassName().equals(type.getName())) {
                return true;
            }
        }
        return false;
    }

    void clear() {
        stacks.clear();
        elements.clear();
        frames.set(0);
    }

    long overheadBytes() {
        return stacks.mappingCount() * STACK_BYTES
                + frames.get() * FRAME_BYTES
                + elements.mappingCount() * ELEMENT_BYTES;
    }
}
