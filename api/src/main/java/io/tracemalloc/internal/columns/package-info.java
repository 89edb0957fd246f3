/** Not for users: the tables of primitives that a snapshot is made of. May change at any time. */
@NullMarked
package io.tracemalloc.internal.columns;

import org.jspecify.annotations.NullMarked;
