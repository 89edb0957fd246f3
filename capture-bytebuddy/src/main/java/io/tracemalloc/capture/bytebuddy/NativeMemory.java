package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.Domain;
import io.tracemalloc.internal.Sessions;

/** Tracks the native memory that the JDK allocates, as an application would track its own. */
final class NativeMemory {

    void allocated(long address, long sizeBytes) {
        if (address != 0) {
            Sessions.local().track(Domain.NATIVE_MEMORY, address, sizeBytes);
        }
    }

    void freed(long address) {
        if (address != 0) {
            Sessions.local().untrack(Domain.NATIVE_MEMORY, address);
        }
    }
}
