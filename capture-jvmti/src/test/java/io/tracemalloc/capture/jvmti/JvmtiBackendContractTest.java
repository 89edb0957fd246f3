package io.tracemalloc.capture.jvmti;

import io.tracemalloc.LiveTracking;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.spi.CaptureBackendContract;
import io.tracemalloc.spi.CaptureBackendProvider;
import java.util.List;

/** The kit, with everything on: each block with its traceback, and followed until it is reclaimed. */
final class JvmtiBackendContractTest extends CaptureBackendContract {

    @Override
    protected CaptureBackendProvider provider() {
        return new JvmtiProvider();
    }

    @Override
    protected TraceOptions options() {
        return TraceOptions.DEFAULTS.withFrames(25).withIntervalBytes(1).withLive(LiveTracking.EXACT);
    }

    @Override
    protected Powers powers() {
        return new Powers(0, true, true, TraceOptions.MAX_FRAMES);
    }

    @Override
    protected List<TraceOptions> refused() {
        return List.of(TraceOptions.DEFAULTS.withIntervalBytes(1L << 31));
    }

    /** A block at the bottom of a test's deep stack takes tens of microseconds. */
    @Override
    protected int blocks() {
        return 2_000;
    }
}
