package io.tracemalloc.capture.bytebuddy;

import java.net.URL;
import java.net.URLClassLoader;

/**
 * Loads the agent apart from the application: it sees the JDK and the agent's jar, and nobody sees into it.
 */
/*
 * Its own classes without asking the parent: the platform's loader knows the packages of all named modules, and answers
 * with those of an application that has the API on its module path.
 */
public final class AgentLoader extends URLClassLoader {

    /** The loader's name, by which copies of this class know each other. */
    static final String NAME = "tracemalloc";

    private static final String OWN = "io.tracemalloc.";
    private static final String ON_THE_BOOT_LOADER = "io.tracemalloc.capture.bytebuddy.boot.";

    static {
        registerAsParallelCapable();
    }

    /** A loader of this jar's classes on top of the platform's. */
    public AgentLoader(URL jar) {
        super(NAME, new URL[] {jar}, ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OWN) || name.startsWith(ON_THE_BOOT_LOADER)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            Class<?> found = known == null ? findClass(name) : known;
            if (resolve) {
                resolveClass(found);
            }
            return found;
        }
    }
}
