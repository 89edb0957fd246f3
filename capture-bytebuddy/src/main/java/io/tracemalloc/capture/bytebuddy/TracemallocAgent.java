package io.tracemalloc.capture.bytebuddy;

import java.io.File;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.net.URISyntaxException;
import java.net.URL;
import java.security.CodeSource;
import java.util.Enumeration;
import java.util.function.BiConsumer;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * The agent's entry: {@code -javaagent:tracemalloc.jar=OPTIONS}.
 *
 * <p>The JVM loads this class with the application's loader; it does nothing there but start the agent in a loader of
 * its own, so that the application never meets the agent's classes.
 */
@SuppressWarnings("exports") // The annotation, which who uses this module need not have.
public final class TracemallocAgent {

    /** A class of this module and one of the core: together in one jar only in the distribution. */
    private static final String AGENT = "io/tracemalloc/capture/bytebuddy/AgentMain.class";

    private static final String CORE = "io/tracemalloc/internal/AgentRuntime.class";

    private static final String JAR_URL = "jar:";

    /** Guarded by the class. One per JVM: whoever attaches again means the agent that is there. */
    private static @Nullable ClassLoader agentLoader;

    private TracemallocAgent() {}

    /** Called by the JVM before {@code main}. */
    public static void premain(@Nullable String options, Instrumentation instrumentation) {
        if (!OwnCommand.runsHere()) {
            start(options, instrumentation, "Premain");
        }
    }

    /** Called by the JVM when the agent is loaded into a running program. */
    public static void agentmain(@Nullable String options, Instrumentation instrumentation) {
        start(options, instrumentation, "Agentmain");
    }

    @SuppressWarnings("unchecked") // It is the class that this module has under the name.
    private static void start(@Nullable String options, Instrumentation instrumentation, String entry) {
        try {
            Class<?> agent = Class.forName("io.tracemalloc.capture.bytebuddy.AgentMain$" + entry, true, loader());
            enter(
                    (BiConsumer<@Nullable String, Instrumentation>)
                            agent.getConstructor().newInstance(),
                    options,
                    instrumentation);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError failure) {
            say(failure);
        }
    }

    /** No failure of the agent, not even an error, ends the program that is about to start. */
    static void enter(
            BiConsumer<@Nullable String, Instrumentation> agent,
            @Nullable String options,
            Instrumentation instrumentation) {
        try {
            agent.accept(options, instrumentation);
        } catch (Throwable failure) {
            say(failure);
        }
    }

    private static synchronized ClassLoader loader() throws ClassNotFoundException {
        ClassLoader known = agentLoader;
        if (known == null) {
            known = newLoader();
            agentLoader = known;
        }
        return known;
    }

    private static ClassLoader newLoader() throws ClassNotFoundException {
        CodeSource source = TracemallocAgent.class.getProtectionDomain().getCodeSource();
        URL place = source == null ? null : source.getLocation();
        if (place != null && isDistribution(place)) {
            return new AgentLoader(place);
        }
        return new AgentLoader(distributionOnClassPath());
    }

    /** An application may have this module on its own class path, before the agent's jar, which the JVM appends. */
    private static URL distributionOnClassPath() throws ClassNotFoundException {
        try {
            Enumeration<URL> copies = ClassLoader.getSystemResources(AGENT);
            while (copies.hasMoreElements()) {
                String copy = copies.nextElement().toString();
                if (copy.startsWith(JAR_URL) && copy.endsWith("!/" + AGENT)) {
                    URL jar = new URL(copy.substring(JAR_URL.length(), copy.length() - AGENT.length() - 2));
                    if (isDistribution(jar)) {
                        return jar;
                    }
                }
            }
        } catch (IOException unreadable) {
            throw new ClassNotFoundException("the agent does not find its own jar", unreadable);
        }
        throw new ClassNotFoundException("the agent does not find its own jar");
    }

    private static boolean isDistribution(URL place) {
        try (JarFile jar = new JarFile(new File(place.toURI()))) {
            return jar.getEntry(AGENT) != null && jar.getEntry(CORE) != null;
        } catch (IOException | URISyntaxException | IllegalArgumentException noJar) {
            return false;
        }
    }

    private static void say(Throwable failure) {
        System.err.println("tracemalloc: the program runs untraced: " + failure);
    }
}
