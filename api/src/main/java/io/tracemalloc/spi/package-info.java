/** What plug-ins implement: capture backends, snapshot formats, remote channels, filters and groupings. */
@NullMarked
package io.tracemalloc.spi;

import org.jspecify.annotations.NullMarked;
