/** Traces, snapshots and the entry to the tracer. */
@NullMarked
package io.tracemalloc;

import org.jspecify.annotations.NullMarked;
