package io.tracemalloc.spi;

import io.tracemalloc.TraceOptions;
import java.util.List;

/** Shows that the contract can be kept. */
final class ObservedBackendTest extends CaptureBackendContract {

    private static final int MAX_FRAMES = 100;

    @Override
    protected CaptureBackendProvider provider() {
        return new CaptureBackendProvider() {
            @Override
            public String name() {
                return "observed";
            }

            @Override
            public CaptureBackend create(TraceOptions options) {
                if (options.frames() > MAX_FRAMES) {
                    throw new IllegalArgumentException(
                            "frames must be in 1.." + MAX_FRAMES + " for observed, got " + options.frames());
                }
                return new ObservedBackend(options);
            }
        };
    }

    @Override
    protected TraceOptions options() {
        return TraceOptions.DEFAULTS.withFrames(4);
    }

    @Override
    protected Powers powers() {
        return new Powers(0, true, true, MAX_FRAMES);
    }

    @Override
    protected List<TraceOptions> refused() {
        return List.of(TraceOptions.DEFAULTS.withFrames(MAX_FRAMES + 1));
    }

    @Override
    protected int blocks() {
        return 1_000;
    }
}
