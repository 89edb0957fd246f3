/** Choosing traces. */
@NullMarked
package io.tracemalloc.filter;

import org.jspecify.annotations.NullMarked;
