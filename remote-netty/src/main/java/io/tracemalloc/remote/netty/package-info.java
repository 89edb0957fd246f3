/** The remote channel over HTTP/1.1: a server inside the traced JVM, and its client. */
@NullMarked
package io.tracemalloc.remote.netty;

import org.jspecify.annotations.NullMarked;
