package io.tracemalloc.internal;

import java.lang.instrument.Instrumentation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The JVM's instrumentation, where an agent of the tracer got it: how a backend opens packages of the JDK to itself. Safe
 * for any thread.
 */
public final class AgentInstrumentation {

    private static volatile @Nullable Instrumentation given;

    private AgentInstrumentation() {}

    /** Called by the agent, before anything asks for it. */
    public static void set(Instrumentation instrumentation) {
        given = instrumentation;
    }

    /** Empty if no agent of the tracer is loaded. */
    public static Optional<Instrumentation> get() {
        return Optional.ofNullable(given);
    }
}
