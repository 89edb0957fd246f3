/**
 * What tracing costs: the hot path, snapshots and real programs, each beside a peer in the same run.
 *
 * <p>Not for users; no part of the distribution.
 */
@NullMarked
package io.tracemalloc.jmh;

import org.jspecify.annotations.NullMarked;
