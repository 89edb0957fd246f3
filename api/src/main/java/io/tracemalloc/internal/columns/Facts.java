package io.tracemalloc.internal.columns;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a snapshot says about itself.
 *
 * @param dropped events that were not recorded
 * @param truncated tracebacks cut for want of memory or time
 * @param overheadBytes the tracer's own memory
 * @param attributes facts for people to read, in the order in which they were stated
 */
public record Facts(long dropped, long truncated, long overheadBytes, Map<String, String> attributes) {

    /** Copies the attributes. */
    public Facts {
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }
}
