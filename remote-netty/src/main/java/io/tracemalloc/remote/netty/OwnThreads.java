package io.tracemalloc.remote.netty;

import io.tracemalloc.internal.DaemonThreads;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** The channel's threads, whose names tell capture backends not to record them. */
final class OwnThreads implements ThreadFactory {

    private final String prefix;
    private final AtomicInteger number = new AtomicInteger();

    OwnThreads(String kind) {
        this.prefix = "tracemalloc-" + kind + "-";
    }

    @Override
    public Thread newThread(Runnable work) {
        // The channel interrupts them itself when it closes, and Netty and thread pools live through interrupts.
        return DaemonThreads.createInterruptible(prefix + number.incrementAndGet(), work);
    }
}
