/**
 * Code to be traced. Not below {@code io.tracemalloc}, where the tracer takes every class for its own and leaves it
 * alone.
 */
@NullMarked
package measured;

import org.jspecify.annotations.NullMarked;
