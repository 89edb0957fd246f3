package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.internal.analysis.ProgramClasses;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Instruments two classes for nobody, before the transformer is installed.
 *
 * <p>A transformer that needs a JDK class for the first time while it transforms that very class makes the JVM report a
 * circularity, and remember it: the application would never get the class. So everything the transformer needs is
 * loaded before. It runs beside the rest of the start, on a thread of its own.
 */
final class Warmup extends Thread {

    /** With arrays, switches, lambdas and frames; with a record's members. */
    private static final Class<?>[] EXAMPLES = {MethodInstrumenter.class, ByteBuddyBackend.class, SiteTable.Slot.class};

    private static final AtomicReference<@Nullable Warmup> STARTED = new AtomicReference<>();

    private Warmup() {
        super("tracemalloc-warmup");
        setDaemon(true);
    }

    /** Begins, unless it was begun already. */
    static void begin() {
        Warmup fresh = new Warmup();
        if (STARTED.compareAndSet(null, fresh)) {
            fresh.start();
        }
    }

    /** Waits until it is done. */
    static void await() {
        begin();
        Warmup running = STARTED.get();
        boolean interrupted = false;
        while (running != null && running.isAlive()) {
            try {
                running.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        boxes();
        TransformCache nowhere = TransformCache.none();
        SiteTable scratch = new SiteTable(nowhere, new ProgramClasses(List.of()));
        AllocationTransformer transformer =
                new AllocationTransformer(scratch, nowhere, new HeapTruth(), HookForm.COUNTING);
        for (Class<?> example : EXAMPLES) {
            String name = example.getName().replace('.', '/');
            try (InputStream in = example.getResourceAsStream('/' + name + ".class")) {
                if (in != null) {
                    transformer.instrument(null, name, in.readAllBytes());
                }
            } catch (IOException unreadable) {
                return;
            }
        }
    }

    /** The caches of boxed numbers are classes of their own, loaded with the first box. */
    private static void boxes() {
        Object[] boxes = {(byte) 0, (short) 0, 'c', 0, 0L, 0f, 0d, true};
        if (boxes.length == 0) {
            throw new AssertionError();
        }
    }
}
