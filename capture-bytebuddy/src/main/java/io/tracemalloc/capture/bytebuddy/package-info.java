/** Exact allocation counts by instrumenting byte code. */
@NullMarked
package io.tracemalloc.capture.bytebuddy;

import org.jspecify.annotations.NullMarked;
