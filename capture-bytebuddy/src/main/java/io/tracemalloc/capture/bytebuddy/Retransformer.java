package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.internal.DaemonThreads;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.ArrayList;
import java.util.List;
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

    void install() {
        Warmup.await();
        instrumentation.addTransformer(transformer, true);
        retransformOnTwoThreads(modifiable());
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

    void remove() {
        transformer.end();
        retransform(modifiable());
        instrumentation.removeTransformer(transformer);
    }

    private List<Class<?>> modifiable() {
        List<Class<?>> classes = new ArrayList<>();
        for (Class<?> loaded : instrumentation.getAllLoadedClasses()) {
            if (!loaded.isArray()
                    && !loaded.isPrimitive()
                    && transformer.mayHook(loaded)
                    && instrumentation.isModifiableClass(loaded)) {
                classes.add(loaded);
            }
        }
        return classes;
    }

    /** In one batch, which is many times faster than one by one; a batch that fails is halved to find the class. */
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
        }
    }
}
