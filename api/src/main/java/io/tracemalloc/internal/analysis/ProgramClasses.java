package io.tracemalloc.internal.analysis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Tells the classes of a program from those it calls, as {@link Attribution} does.
 *
 * <p>Immutable; safe for any thread. Not for users; public for the command line and for capture backends, which ask while
 * classes are being loaded: no streams or lambdas here, for they would be loaded in the middle of that.
 */
public final class ProgramClasses {

    private final List<Glob> libraries;

    /** Counts classes that match one of these globs as library. */
    public ProgramClasses(Collection<String> libraryGlobs) {
        libraries = new ArrayList<>();
        for (String glob : libraryGlobs) {
            libraries.add(new Glob(glob));
        }
    }

    /** Whether a class is neither unknown nor library; a tool of the JDK counts as a program. */
    public boolean contain(String className) {
        if (className.isEmpty()) {
            return false;
        }
        for (Glob library : libraries) {
            if (library.matches(className)) {
                return false;
            }
        }
        return JdkClasses.isTool(className) || !JdkClasses.contain(className);
    }
}
