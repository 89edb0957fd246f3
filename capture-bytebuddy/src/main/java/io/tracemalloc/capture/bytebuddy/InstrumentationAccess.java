package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.spi.Availability;
import io.tracemalloc.spi.ProviderUnavailableException;
import java.lang.instrument.Instrumentation;
import java.security.CodeSource;
import java.util.Objects;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import org.jspecify.annotations.Nullable;

/** Where the backend gets the JVM's instrumentation from: the agent, else by attaching to its own JVM. */
final class InstrumentationAccess {

    private static final String CURE =
            "start the JVM with -javaagent:tracemalloc.jar, or allow attaching (JDK module jdk.attach, no -XX:+DisableAttachMechanism)";

    /** Class files of newer JVMs are read as if they were of this one's. */
    private static final int NEWEST_KNOWN = 25;

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
        if (instrumentation != null) {
            return Availability.available();
        }
        int feature = Runtime.version().feature();
        if (isTooOld(Opcodes.class, Type.class, feature)) {
            return Availability.unavailable("the program's Byte Buddy, " + origin(Type.class) + ", is too old for Java "
                    + feature + ": put 1.17.5 or newer in its place, with byte-buddy-agent of the same version");
        }
        return ByteBuddyAgent.AttachmentProvider.DEFAULT.attempt().isAvailable()
                ? Availability.available()
                : Availability.unavailable("no instrumentation: " + CURE);
    }

    /**
     * Whether an ASM, told by two of its classes, is not up to the class files of this JVM or to what the instrumenter
     * calls. The agent's own is; without the agent it comes from the program's class path.
     */
    static boolean isTooOld(Class<?> opcodes, Class<?> type, int feature) {
        try {
            Objects.requireNonNull(opcodes.getField("V" + Math.min(feature, NEWEST_KNOWN)));
            Objects.requireNonNull(type.getMethod("getArgumentCount", String.class));
            return false;
        } catch (NoSuchFieldException | NoSuchMethodException older) {
            return true;
        }
    }

    private static String origin(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null || source.getLocation() == null
                ? "of unknown origin"
                : source.getLocation().toString();
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
