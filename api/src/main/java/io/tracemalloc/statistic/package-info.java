/** Grouping, adding up and comparing. */
@NullMarked
package io.tracemalloc.statistic;

import org.jspecify.annotations.NullMarked;
