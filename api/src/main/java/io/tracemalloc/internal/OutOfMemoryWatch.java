package io.tracemalloc.internal;

import java.lang.Thread.UncaughtExceptionHandler;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.management.NotificationEmitter;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the Java heap runs out.
 *
 * <p>The JVM calls no Java code when it throws {@link OutOfMemoryError}, so there are two signs instead. After a
 * collection a pool that holds most of the heap is still nearly full; or a thread dies of the error, as long as the
 * application has no uncaught-exception handler of its own in the way. An error that is caught, for one array that was
 * too large for an otherwise empty heap, shows neither sign.
 */
final class OutOfMemoryWatch implements UncaughtExceptionHandler {

    /** How full counts as nearly full. Not later: without room even the JVM's own notification fails. */
    private static final double NEARLY_FULL = 0.9;

    /** A heap that hovers about the threshold crosses it again and again. */
    private static final long MIN_NANOS_BETWEEN = 60_000_000_000L;

    private static final int RESERVE_BYTES = 2 << 20;

    private final Consumer<String> onShortage;
    private final @Nullable UncaughtExceptionHandler next;
    private final Semaphore crossed = new Semaphore(0);

    /* Heap for the snapshot itself, given up for the time it takes. */
    private final AtomicReference<byte @Nullable []> reserve = new AtomicReference<>(new byte[RESERVE_BYTES]);

    private OutOfMemoryWatch(Consumer<String> onShortage, @Nullable UncaughtExceptionHandler next) {
        this.onShortage = onShortage;
        this.next = next;
    }

    /**
     * Begins to watch.
     *
     * @param onShortage gets the reason in words; runs on the dying thread or on a thread of the tracer
     */
    static void install(Consumer<String> onShortage) {
        OutOfMemoryWatch watch = new OutOfMemoryWatch(onShortage, Thread.getDefaultUncaughtExceptionHandler());
        Thread.setDefaultUncaughtExceptionHandler(watch);
        watch.watchPools();
    }

    private void watchPools() {
        boolean watching = false;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (holdsMostOfHeap(pool) && pool.getCollectionUsageThreshold() == 0) {
                pool.setCollectionUsageThreshold(
                        (long) (NEARLY_FULL * pool.getUsage().getMax()));
                watching = true;
            }
        }
        if (watching) {
            NotificationEmitter memory = (NotificationEmitter) ManagementFactory.getMemoryMXBean();
            memory.addNotificationListener(
                    (notification, handback) -> crossed.release(),
                    notification ->
                            notification.getType().equals(MemoryNotificationInfo.MEMORY_COLLECTION_THRESHOLD_EXCEEDED),
                    null);
            DaemonThreads.start("tracemalloc-oom", this::awaitCrossings);
        }
    }

    private static boolean holdsMostOfHeap(MemoryPoolMXBean pool) {
        return pool.getType() == MemoryType.HEAP
                && pool.isCollectionUsageThresholdSupported()
                && pool.getUsage().getMax() > Runtime.getRuntime().maxMemory() / 2;
    }

    private void awaitCrossings() {
        long last = System.nanoTime() - MIN_NANOS_BETWEEN;
        while (true) {
            crossed.acquireUninterruptibly();
            crossed.drainPermits();
            if (System.nanoTime() - last >= MIN_NANOS_BETWEEN) {
                shortage("the heap is nearly full after a collection");
                last = System.nanoTime();
            }
        }
    }

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        if (failure instanceof OutOfMemoryError) {
            shortage("thread " + thread.getName() + " died of " + failure);
        }
        if (next != null) {
            next.uncaughtException(thread, failure);
        } else {
            printAsThreadGroupDoes(thread, failure);
        }
    }

    private void shortage(String reason) {
        reserve.set(null);
        onShortage.accept(reason);
        restoreReserve();
    }

    private void restoreReserve() {
        try {
            reserve.set(new byte[RESERVE_BYTES]);
        } catch (OutOfMemoryError stillShort) {
            // There was none left; the next snapshot has to do without.
        }
    }

    @SuppressWarnings("SystemOut")
    private static void printAsThreadGroupDoes(Thread thread, Throwable failure) {
        if (!failure.getClass().getName().equals("java.lang.ThreadDeath")) {
            System.err.print("Exception in thread \"" + thread.getName() + "\" ");
            failure.printStackTrace(System.err);
        }
    }
}
