package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.internal.DaemonThreads;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** Puts the transformer before all classes, loaded or to be loaded, and takes it away again. */
final class Retransformer {

    private final Instrumentation instrumentation;
    private final AllocationTransformer transformer;

    Retransformer(Instrumentation instrumentation, AllocationTransformer transformer) {
        this.instrumentation = instrumentation;
        this.transformer = transformer;
    }

    /**
     * Hooks all classes.
     *
     * @throws IllegalStateException if the JVM has no memory for that
     */
    void install() {
        Warmup.await();
        transformer.beginWithLoaders();
        instrumentation.addTransformer(transformer, true);
        Set<Class<?>> loaders = retransformLoaders();
        transformer.goOnWithAll();
        retransformOnTwoThreads(modifiable(false, loaders));
    }

    /**
     * Hooks the loaders, and those that were loaded meanwhile. Where a class has hooks and its loader does not find the
     * recorder yet, the JVM remembers that, and the class fails for good.
     */
    private Set<Class<?>> retransformLoaders() {
        Set<Class<?>> loaders = new HashSet<>();
        List<Class<?>> fresh = modifiable(true, loaders);
        while (!fresh.isEmpty()) {
            retransform(fresh);
            loaders.addAll(fresh);
            fresh = modifiable(true, loaders);
        }
        return loaders;
    }

    /**
     * The program waits for this, and most of it is parsing, verifying and merging classes, which the JVM does on the
     * calling thread. Without lambdas, as all that runs before main.
     */
    private void retransformOnTwoThreads(List<Class<?>> classes) {
        int half = classes.size() / 2;
        FutureTask<@Nullable Void> firstHalf = new FutureTask<>(
                new Runnable() {
                    @Override
                    public void run() {
                        retransform(classes.subList(0, half));
                    }
                },
                null);
        DaemonThreads.create("tracemalloc-retransform", firstHalf).start();
        try {
            retransform(classes.subList(half, classes.size()));
        } finally {
            ByteBuddyBackend.await(firstHalf);
        }
    }

    /**
     * Takes the hooks away.
     *
     * @throws IllegalStateException if the JVM has no memory for that; classes keep hooks, and loaders theirs
     */
    void remove() {
        transformer.end();
        try {
            List<Class<?>> loaders = modifiable(true, Set.of());
            retransform(modifiable(false, new HashSet<>(loaders)));
            // Last, for the others find the recorder through them.
            retransform(loaders);
        } finally {
            instrumentation.removeTransformer(transformer);
        }
    }

    /** Loaded classes that may have hooks, all or loaders alone, without those that are done. */
    private List<Class<?>> modifiable(boolean loadersAlone, Set<Class<?>> done) {
        List<Class<?>> classes = new ArrayList<>();
        for (Class<?> loaded : instrumentation.getAllLoadedClasses()) {
            if (!loaded.isArray()
                    && !loaded.isPrimitive()
                    && (!loadersAlone || Hooks.mayLoadClasses(loaded))
                    && !done.contains(loaded)
                    && transformer.mayHook(loaded)
                    && instrumentation.isModifiableClass(loaded)) {
                classes.add(loaded);
            }
        }
        return classes;
    }

    /**
     * In one batch, which is many times faster than one by one; a batch that fails is halved to find the class.
     *
     * @throws IllegalStateException if the JVM has no memory for it
     */
    private void retransform(List<Class<?>> classes) {
        if (classes.isEmpty()) {
            return;
        }
        try {
            instrumentation.retransformClasses(classes.toArray(new Class<?>[0]));
        } catch (UnmodifiableClassException | LinkageError | InternalError | RuntimeException refused) {
            if (classes.size() > 1) {
                retransform(classes.subList(0, classes.size() / 2));
                retransform(classes.subList(classes.size() / 2, classes.size()));
            } else {
                transformer.refused(classes.get(0), refused);
            }
        } catch (OutOfMemoryError full) {
            // Halves might fit, yet not all of them.
            throw new IllegalStateException(
                    "the JVM has no memory to change its classes: raise -XX:MaxMetaspaceSize or -Xmx", full);
        }
    }
}
