package io.tracemalloc.capture.jvmti;

import io.tracemalloc.internal.DaemonThreads;

/** The tracer's own thread while a session follows live objects: after each collection, lets go of what it reclaimed. */
final class CollectionFollower extends Thread {

    private final long session;

    CollectionFollower(long session) {
        super(DaemonThreads.group(), null, "tracemalloc-live", 0, false);
        this.session = session;
        DaemonThreads.detach(this);
    }

    @Override
    public void run() {
        NativeAgent.beginQuiet();
        do {
            NativeAgent.poll();
        } while (NativeAgent.awaitCollection(session));
    }
}
