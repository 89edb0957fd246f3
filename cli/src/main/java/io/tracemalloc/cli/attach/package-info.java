/** Reaches into running JVMs of this machine over HotSpot's attach channel; Linux only, without help from the JDK. */
@NullMarked
package io.tracemalloc.cli.attach;

import org.jspecify.annotations.NullMarked;
