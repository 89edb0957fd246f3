/** The command line: {@code tracemalloc COMMAND}. */
@NullMarked
package io.tracemalloc.cli;

import org.jspecify.annotations.NullMarked;
