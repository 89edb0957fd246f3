package io.tracemalloc.remote.netty;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The channel's threads: daemons that keep no class loader of the application alive, and whose names tell capture
 * backends not to record them.
 */
final class OwnThreads implements ThreadFactory {

    private final String prefix;
    private final AtomicInteger number = new AtomicInteger();

    OwnThreads(String kind) {
        this.prefix = "tracemalloc-" + kind + "-";
    }

    @Override
    public Thread newThread(Runnable work) {
        Thread thread = new Thread(null, work, prefix + number.incrementAndGet(), 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(OwnThreads.class.getClassLoader());
        return thread;
    }
}
