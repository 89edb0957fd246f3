package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.LiveTracking;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.spi.CaptureBackendContract;
import io.tracemalloc.spi.CaptureBackendProvider;
import java.util.List;

/** The kit, with the counters alone, as they run beside the native sampler. */
final class CountingContractTest extends CaptureBackendContract {

    @Override
    protected CaptureBackendProvider provider() {
        return new ByteBuddyProvider();
    }

    @Override
    protected TraceOptions options() {
        return TraceOptions.DEFAULTS.withFrames(1).withLive(LiveTracking.OFF);
    }

    @Override
    protected Powers powers() {
        return new Powers(0, false, false, 1);
    }

    @Override
    protected List<TraceOptions> refused() {
        return List.of();
    }
}
