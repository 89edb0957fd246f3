package io.tracemalloc.jmh;

import com.google.monitoring.runtime.instrumentation.AllocationRecorder;
import com.google.monitoring.runtime.instrumentation.Sampler;

/**
 * Makes java-allocation-instrumenter count bytes.
 *
 * <p>One plain add, racy where there are several threads: the least that its callback can do. Instrumentation and
 * dispatch, which are its price, are all its own.
 */
final class PeerSampler implements Sampler {

    private static final PeerSampler SAMPLER = new PeerSampler();

    private long bytes;

    private PeerSampler() {}

    /** Starts to count, in a JVM with the peer's agent. */
    static void start() {
        AllocationRecorder.addSampler(SAMPLER);
    }

    static long bytes() {
        return SAMPLER.bytes;
    }

    @Override
    public void sampleAllocation(int count, String description, Object allocated, long sizeBytes) {
        bytes += sizeBytes;
    }
}
