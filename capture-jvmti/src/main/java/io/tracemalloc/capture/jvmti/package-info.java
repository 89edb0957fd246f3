/** Sampled tracebacks and the live set, by a native agent of the VM's tool interface. */
@NullMarked
package io.tracemalloc.capture.jvmti;

import org.jspecify.annotations.NullMarked;
