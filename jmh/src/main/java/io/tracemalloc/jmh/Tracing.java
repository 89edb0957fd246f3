package io.tracemalloc.jmh;

import io.tracemalloc.Metric;
import io.tracemalloc.Tracemalloc;

/** Whatever counts allocations in this JVM, as {@link Mode} started it: the tracer, the peer or nothing. */
public enum Tracing {
    NOTHING {
        @Override
        public void start() {}

        @Override
        public long bytes() {
            return 0;
        }
    },
    TRACER {
        @Override
        public void start() {
            if (!Tracemalloc.isTracing()) {
                throw new IllegalStateException("this JVM was to be traced, and is not");
            }
        }

        @Override
        public long bytes() {
            return Tracemalloc.takeSnapshot().totalBytes(Metric.ALLOCATED);
        }
    },
    PEER {
        @Override
        public void start() {
            PeerSampler.start();
        }

        @Override
        public long bytes() {
            return PeerSampler.bytes();
        }
    };

    /** Names the one of a forked JVM. */
    static final String PROPERTY = "tracemalloc.jmh.tracing";

    /** The one of this JVM. */
    public static Tracing ofThisJvm() {
        return valueOf(System.getProperty(PROPERTY, NOTHING.name()));
    }

    /** Starts to count, if the agent has not. */
    public abstract void start();

    /** Bytes counted so far. */
    public abstract long bytes();

    /** The option that makes it the one of a forked JVM. */
    String jvmArgument() {
        return "-D" + PROPERTY + "=" + name();
    }

    /**
     * Makes sure that a run measured what it claims to.
     *
     * @throws IllegalStateException if fewer bytes were counted
     */
    public void checkCounted(long bytes, long atLeast) {
        if (this != NOTHING && bytes < atLeast) {
            throw new IllegalStateException(name() + " counted " + bytes + " bytes of " + atLeast);
        }
    }
}
