package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.capture.bytebuddy.boot.Recorder;
import io.tracemalloc.internal.AgentInstrumentation;
import io.tracemalloc.internal.AgentRuntime;
import io.tracemalloc.internal.DaemonThreads;
import java.lang.instrument.Instrumentation;
import java.util.concurrent.FutureTask;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The agent inside its own loader. Not for users; its entries are public for {@link TracemallocAgent} in another one. */
/*
 * The entries are called through a JDK interface: newer JDKs generate and load a dozen classes for a reflective call of
 * a method, which takes 10 ms before the program starts.
 */
@SuppressWarnings("exports") // The annotation, which who uses this module need not have.
public final class AgentMain {

    private AgentMain() {}

    /** Starts the agent before {@code main}; bad options end the JVM. Stateless. */
    public static final class Premain implements BiConsumer<@Nullable String, Instrumentation> {

        /** For {@link TracemallocAgent}. */
        public Premain() {}

        @Override
        public void accept(@Nullable String options, Instrumentation instrumentation) {
            prepare(instrumentation);
            InstrumentationAccess.staysQuiet(true);
            AgentRuntime.start(options);
            // The backend left this thread quiet, so that the rest of the start is not taken for the program's.
            InstrumentationAccess.staysQuiet(false);
            if (Recorder.isQuiet()) {
                Recorder.endQuiet();
            }
        }
    }

    /** Starts the agent in a running program, or brings it a command. Stateless. */
    public static final class Agentmain implements BiConsumer<@Nullable String, Instrumentation> {

        /** For {@link TracemallocAgent}. */
        public Agentmain() {}

        @Override
        public void accept(@Nullable String options, Instrumentation instrumentation) {
            if (!InstrumentationAccess.isSet()) {
                attach(options, instrumentation);
                return;
            }
            // What a command allocates must be taken for the program's neither here nor in the heap's accounts, which
            // leave out the tracer's own threads.
            FutureTask<@Nullable Void> command = new FutureTask<>(
                    () -> {
                        Recorder.beginQuiet();
                        attach(options, instrumentation);
                    },
                    null);
            DaemonThreads.create("tracemalloc-command", command).start();
            ByteBuddyBackend.await(command);
        }

        private static void attach(@Nullable String options, Instrumentation instrumentation) {
            prepare(instrumentation);
            InstrumentationAccess.staysQuiet(true);
            AgentRuntime.attach(options);
            InstrumentationAccess.staysQuiet(false);
            // A command may have stopped to trace, and then there is nothing to end.
            if (Recorder.isQuiet()) {
                Recorder.endQuiet();
            }
        }
    }

    private static void prepare(Instrumentation instrumentation) {
        InstrumentationAccess.set(instrumentation);
        AgentInstrumentation.set(instrumentation);
        BootClasses.define(instrumentation);
        Warmup.begin();
    }
}
