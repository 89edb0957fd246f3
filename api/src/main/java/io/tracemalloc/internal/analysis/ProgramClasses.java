package io.tracemalloc.internal.analysis;

import java.util.Collection;
import java.util.List;

/**
 * Tells the classes of a program from those it calls, as {@link Attribution} does.
 *
 * <p>Immutable; safe for any thread. Public for the command line alone.
 */
public final class ProgramClasses {

    private final List<Glob> libraries;

    /** Counts classes that match one of these globs as library. */
    public ProgramClasses(Collection<String> libraryGlobs) {
        libraries = libraryGlobs.stream().map(Glob::new).toList();
    }

    /** Whether a class is neither unknown nor library; a tool of the JDK counts as a program. */
    public boolean contain(String className) {
        if (className.isEmpty() || libraries.stream().anyMatch(glob -> glob.matches(className))) {
            return false;
        }
        return JdkClasses.isTool(className) || !JdkClasses.contain(className);
    }
}
