package io.tracemalloc.internal;

import io.tracemalloc.Traceback;
import io.tracemalloc.TracedMemory;
import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.CaptureBackend;
import java.util.Optional;

/** A backend that works and sees nothing. */
class NothingRecorded implements CaptureBackend {

    @Override
    public void start() {}

    @Override
    public void stop() {}

    @Override
    public void clear() {}

    @Override
    public void writeTo(AllocationSink sink) {}

    @Override
    public TracedMemory tracedMemory() {
        return TracedMemory.NONE;
    }

    @Override
    public void resetPeak() {}

    @Override
    public long overheadBytes() {
        return 0;
    }

    @Override
    public Optional<Traceback> objectTraceback(Object object) {
        return Optional.empty();
    }
}
