package io.tracemalloc.capture.bytebuddy;

import java.net.URL;
import java.net.URLClassLoader;

/**
 * Loads the agent apart from the application: it sees the JDK and the agent's jar, and nobody sees into it.
 */
public final class AgentLoader extends URLClassLoader {

    /** The loader's name, by which copies of this class know each other. */
    static final String NAME = "tracemalloc";

    static {
        registerAsParallelCapable();
    }

    /** A loader of this jar's classes on top of the platform's. */
    public AgentLoader(URL jar) {
        super(NAME, new URL[] {jar}, ClassLoader.getPlatformClassLoader());
    }
}
