package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.spi.Availability;
import io.tracemalloc.spi.ProviderUnavailableException;
import java.lang.instrument.Instrumentation;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.jspecify.annotations.Nullable;

/** Where the backend gets the JVM's instrumentation from: the agent, else by attaching to its own JVM. */
final class InstrumentationAccess {

    private static final String CURE =
            "start the JVM with -javaagent:tracemalloc.jar, or allow attaching (JDK module jdk.attach, no -XX:+DisableAttachMechanism)";

    private static volatile @Nullable Instrumentation instrumentation;
    /** The thread on which an agent starts, if one does. */
    private static volatile @Nullable Thread quietThread;

    private InstrumentationAccess() {}

    /** Whether a backend that starts on this thread leaves it quiet: the agent ends that itself. */
    static void staysQuiet(boolean stays) {
        quietThread = stays ? Thread.currentThread() : null;
    }

    static boolean staysQuiet() {
        return quietThread == Thread.currentThread();
    }

    /** Set by the agent. */
    static void set(Instrumentation given) {
        instrumentation = given;
    }

    /** Whether an agent was loaded before. */
    static boolean isSet() {
        return instrumentation != null;
    }

    static Availability availability() {
        if (instrumentation != null
                || ByteBuddyAgent.AttachmentProvider.DEFAULT.attempt().isAvailable()) {
            return Availability.available();
        }
        return Availability.unavailable("no instrumentation: " + CURE);
    }

    static Instrumentation get() {
        Instrumentation known = instrumentation;
        if (known != null) {
            return known;
        }
        try {
            Instrumentation attached = ByteBuddyAgent.install();
            instrumentation = attached;
            return attached;
        } catch (RuntimeException | LinkageError refused) {
            throw new ProviderUnavailableException("cannot attach to this JVM: " + CURE, refused);
        }
    }
}
