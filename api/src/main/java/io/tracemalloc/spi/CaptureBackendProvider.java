package io.tracemalloc.spi;

import io.tracemalloc.TraceOptions;

/** Makes capture backends of one kind. */
public interface CaptureBackendProvider extends Provider {

    /** What a backend contributes where two of them work together. */
    enum Role {
        /** Counts every allocation of a site; its sums are the truth. */
        COUNTER,
        /** Samples allocations with their tracebacks and follows the sampled blocks until they are reclaimed. */
        SAMPLER
    }

    /** The part of this backend where {@code auto} joins the best counter and the best sampler. */
    default Role role() {
        return Role.COUNTER;
    }

    /**
     * A backend for one session, not started.
     *
     * @throws IllegalArgumentException if it cannot do what the options ask, in one line that says what it can
     * @throws ProviderUnavailableException if it is unavailable
     */
    CaptureBackend create(TraceOptions options);
}
