package io.tracemalloc;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The calls that led to an allocation, most recent first, cut at the traceback limit.
 *
 * <p>Equality looks at the frames and not at {@link #totalFrames()}, as in CPython. The natural order compares the
 * frames from the oldest to the most recent, again as CPython does.
 *
 * <p>Immutable; safe for any thread.
 */
public final class Traceback implements Comparable<Traceback> {

    /** The traceback without frames: nothing is known of the allocation site. */
    public static final Traceback EMPTY = new Traceback(List.of(), 0);

    private final List<Frame> frames;
    private final int totalFrames;

    private Traceback(List<Frame> frames, int totalFrames) {
        this.frames = frames;
        this.totalFrames = totalFrames;
    }

    /** A traceback of these frames, most recent first, that was not cut. */
    public static Traceback of(Frame... frames) {
        return of(List.of(frames), frames.length);
    }

    /**
     * A traceback of these frames, most recent first.
     *
     * @param totalFrames depth of the whole stack; 0 if unknown
     * @throws IllegalArgumentException if the depth is known and smaller than the number of frames
     */
    public static Traceback of(List<Frame> frames, int totalFrames) {
        List<Frame> copy = List.copyOf(frames);
        if (totalFrames != 0 && totalFrames < copy.size()) {
            throw new IllegalArgumentException(
                    "total frames must be 0 or at least " + copy.size() + ", got " + totalFrames);
        }
        return new Traceback(copy, totalFrames);
    }

    /** The kept frames, most recent first. */
    public List<Frame> frames() {
        return frames;
    }

    /** Depth of the stack before it was cut, in samples that of one of the stacks with these frames; 0 if unknown. */
    public int totalFrames() {
        return totalFrames;
    }

    /** The allocation site: the most recent frame; {@link Frame#UNKNOWN} if there is none. */
    public Frame site() {
        return frames.isEmpty() ? Frame.UNKNOWN : frames.get(0);
    }

    /** All frames as lines of text, most recent first, without source lines. */
    public List<String> format() {
        return format(0, true, frame -> Optional.empty());
    }

    /**
     * The frames as lines of text, one {@code at class.method(file:line)} per frame, followed by its source line where
     * {@code sources} has it.
     *
     * @param limit 0 for all frames, {@code n > 0} for the {@code n} most recent, {@code n < 0} for the {@code -n}
     *     oldest
     * @param mostRecentFirst order of the frames
     * @param sources where source lines come from, for example {@link SourcePath}
     */
    public List<String> format(int limit, boolean mostRecentFirst, SourceLines sources) {
        Objects.requireNonNull(sources, "sources");
        List<String> lines = new ArrayList<>();
        List<Frame> chosen = limited(limit);
        for (int i = 0; i < chosen.size(); i++) {
            Frame frame = chosen.get(mostRecentFirst ? i : chosen.size() - 1 - i);
            lines.add("  at " + describe(frame));
            sources.line(frame)
                    .map(String::strip)
                    .filter(text -> !text.isEmpty())
                    .ifPresent(text -> lines.add("      " + text));
        }
        return lines;
    }

    private List<Frame> limited(int limit) {
        int size = frames.size();
        if (limit > 0) {
            return frames.subList(0, Math.min(limit, size));
        }
        if (limit < 0) {
            return frames.subList((int) Math.max(0L, (long) size + limit), size);
        }
        return frames;
    }

    private static String describe(Frame frame) {
        String method = frame.qualifiedMethod();
        if (method.isEmpty()) {
            return frame.toString();
        }
        String file = frame.fileName().substring(frame.fileName().lastIndexOf('/') + 1);
        String line = frame.lineNumber() == 0 ? "" : ":" + frame.lineNumber();
        return method + '(' + file + line + ')';
    }

    @Override
    public int compareTo(Traceback other) {
        int common = Math.min(frames.size(), other.frames.size());
        for (int i = 1; i <= common; i++) {
            int order = frames.get(frames.size() - i).compareTo(other.frames.get(other.frames.size() - i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(frames.size(), other.frames.size());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Traceback that && frames.equals(that.frames);
    }

    @Override
    public int hashCode() {
        return frames.hashCode();
    }

    /** The allocation site, {@code com/acme/Foo.java:42}. */
    @Override
    public String toString() {
        return site().toString();
    }
}
