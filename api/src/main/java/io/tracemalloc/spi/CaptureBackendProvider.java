package io.tracemalloc.spi;

import io.tracemalloc.TraceOptions;

/** Makes capture backends of one kind. */
public interface CaptureBackendProvider extends Provider {

    /**
     * A backend for one session, not started.
     *
     * @throws IllegalArgumentException if it cannot do what the options ask, in one line that says what it can
     * @throws ProviderUnavailableException if it is unavailable
     */
    CaptureBackend create(TraceOptions options);
}
