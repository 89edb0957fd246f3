package io.tracemalloc;

import java.util.Optional;

/** Where the text of a source line comes from when a traceback is printed. */
@FunctionalInterface
public interface SourceLines {

    /** The line of the frame, or empty if its source is not at hand. Must not throw for unknown frames. */
    Optional<String> line(Frame frame);
}
