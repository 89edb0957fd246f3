package io.tracemalloc.internal;

import io.tracemalloc.spi.SessionControl;

/** The one tracing session of this JVM. Safe for any thread. */
public final class Sessions {

    private static final SessionLocator LOCATOR = new SessionLocator(null, new LocalSession());

    private Sessions() {}

    /** The agent's session if this JVM has an agent, in whatever class loader; else the one of this copy. */
    public static SessionControl current() {
        return LOCATOR.current();
    }

    /** The session of this copy of the tracer's classes: for the agent, whose copy it is. */
    public static LocalSession local() {
        return LOCATOR.local();
    }

    /** Makes the session of this copy the one of this JVM; false if no agent class is there to publish it in. */
    static boolean publish() {
        return LOCATOR.publish();
    }
}
