/** Not for users: filtering, grouping and comparing as passes over columns. May change at any time. */
@NullMarked
package io.tracemalloc.internal.analysis;

import org.jspecify.annotations.NullMarked;
