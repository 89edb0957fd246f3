package io.tracemalloc.capture.bytebuddy.boot;

import java.util.function.Function;

/**
 * Where copies of the API in other class loaders find the agent's session: it speaks JDK types only.
 *
 * <p>Not for users; public because other loaders read it.
 */
public final class SessionBridge {

    /** The session; null until an agent publishes one. Set once, by the agent's thread. */
    public static volatile Function<Object[], Object> session;

    private SessionBridge() {}
}
