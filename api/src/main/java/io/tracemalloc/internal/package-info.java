/** Not for users: what several packages of the tracer share. May change at any time. */
@NullMarked
package io.tracemalloc.internal;

import org.jspecify.annotations.NullMarked;
