package known;

import io.tracemalloc.Snapshot;
import io.tracemalloc.Trace;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.TracedMemory;
import io.tracemalloc.Tracemalloc;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Everything at once: short platform and virtual threads, classes that come and go, sessions that start, are cleared,
 * asked and stopped; then it counts again, exactly.
 */
public final class Stress {

    private static final int BLOCKS = 1_000;
    private static final int COUNTERS = 8;

    static volatile Object sink;
    static volatile boolean done;
    static volatile Throwable failure;
    static final AtomicLong THREADS = new AtomicLong();
    static final AtomicLong CLASSES = new AtomicLong();
    static final AtomicLong SESSIONS = new AtomicLong();

    private Stress() {}

    public static void main(String[] args) throws Exception {
        long end = System.nanoTime() + Long.parseLong(args[0]) * 1_000_000_000L;
        List<Thread> all = new ArrayList<>();
        all.add(forever(Stress::threads));
        all.add(forever(Stress::classes));
        all.add(forever(Stress::garbage));
        all.add(forever(Stress::questions));
        all.add(forever(Stress::sessions));
        Method virtual = virtualThreads();
        if (virtual != null) {
            all.add(forever(() -> virtualThreads(virtual)));
        }
        while (System.nanoTime() < end && failure == null) {
            Thread.sleep(50);
        }
        done = true;
        for (Thread thread : all) {
            thread.join();
        }
        if (failure != null) {
            failure.printStackTrace();
            System.exit(1);
        }
        Tracemalloc.stop();
        countExactly();
        System.out.println("threads " + THREADS + " classes " + CLASSES + " sessions " + SESSIONS);
    }

    interface Work {
        void run() throws Exception;
    }

    private static Thread forever(Work work) {
        Thread thread = new Thread(() -> {
            try {
                while (!done && failure == null) {
                    work.run();
                }
            } catch (Throwable thrown) {
                failure = thrown;
            }
        });
        thread.start();
        return thread;
    }

    private static void threads() throws InterruptedException {
        List<Thread> batch = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Thread thread = new Thread(() -> allocate(50));
            thread.start();
            batch.add(thread);
        }
        for (Thread thread : batch) {
            thread.join();
            THREADS.incrementAndGet();
        }
    }

    private static Method virtualThreads() {
        try {
            return Thread.class.getMethod("startVirtualThread", Runnable.class);
        } catch (NoSuchMethodException older) {
            return null;
        }
    }

    private static void virtualThreads(Method start) throws Exception {
        CountDownLatch latch = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            Runnable run = () -> {
                allocate(10);
                Thread.yield();
                allocate(10);
                latch.countDown();
            };
            start.invoke(null, run);
            THREADS.incrementAndGet();
        }
        latch.await();
    }

    private static void allocate(int n) {
        for (int i = 0; i < n; i++) {
            sink = new byte[i * 16];
            sink = new Object[] {sink, Integer.toString(i + 1000)};
        }
    }

    /** A class of a loader of its own, which nothing keeps. */
    private static void classes() throws Exception {
        Class<?> fresh = new Fresh().loadClass(Unloaded.class.getName());
        Runnable made = (Runnable) fresh.getDeclaredConstructor().newInstance();
        made.run();
        CLASSES.incrementAndGet();
    }

    static final class Fresh extends ClassLoader {
        @Override
        public Class<?> loadClass(String name) throws ClassNotFoundException {
            if (!name.equals(Unloaded.class.getName())) {
                return super.loadClass(name);
            }
            try (InputStream in = Stress.class.getResourceAsStream("Stress$Unloaded.class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (java.io.IOException unreadable) {
                throw new ClassNotFoundException(name, unreadable);
            }
        }
    }

    public static final class Unloaded implements Runnable {
        private Object kept;

        public Unloaded() {}

        @Override
        public void run() {
            for (int i = 0; i < 20; i++) {
                kept = new Unloaded[] {this, new Unloaded()};
            }
            Runnable lambda = () -> kept = new long[3];
            lambda.run();
        }
    }

    private static void garbage() throws InterruptedException {
        Object[] kept = new Object[200];
        for (int i = 0; i < 20_000; i++) {
            kept[i % kept.length] = new byte[1000];
        }
        System.gc();
        Thread.sleep(5);
    }

    private static void questions() throws InterruptedException {
        TracedMemory memory = Tracemalloc.tracedMemory();
        if (memory.currentBytes() > memory.peakBytes() || Tracemalloc.overheadBytes() < 0) {
            throw new AssertionError(memory);
        }
        Object here = new Object();
        Tracemalloc.objectTraceback(here);
        Thread.sleep(1);
    }

    private static void sessions() throws InterruptedException {
        Random random = new Random(SESSIONS.get());
        long[] intervals = {1, 100, 4096, 512 * 1024};
        Tracemalloc.start(options(1 + random.nextInt(40), intervals[random.nextInt(intervals.length)])
                .withThreads(random.nextBoolean())
                .withMemoryLimitBytes(random.nextBoolean() ? 1 << 20 : 64 << 20));
        for (int i = 0; i < 5; i++) {
            switch (random.nextInt(4)) {
                case 0 -> Tracemalloc.clearTraces();
                case 1 -> Tracemalloc.resetPeak();
                default -> check(Tracemalloc.takeSnapshot());
            }
            Thread.sleep(random.nextInt(20));
        }
        Tracemalloc.stop();
        SESSIONS.incrementAndGet();
    }

    private static TraceOptions options(int frames, long interval) {
        return TraceOptions.DEFAULTS.withBackend("jvmti").withFrames(frames).withIntervalBytes(interval);
    }

    private static void check(Snapshot snapshot) {
        for (Trace trace : snapshot.traces()) {
            if (trace.allocatedCount() < 0
                    || trace.liveCount() < 0
                    || trace.traceback().frames().isEmpty()) {
                throw new AssertionError(trace);
            }
        }
    }

    private static final class Counted {}

    private static void countExactly() throws Exception {
        Tracemalloc.start(options(8, 1));
        List<Thread> counters = new ArrayList<>();
        for (int i = 0; i < COUNTERS; i++) {
            Thread thread = new Thread(() -> {
                for (int block = 0; block < BLOCKS; block++) {
                    sink = new Counted();
                }
            });
            thread.start();
            counters.add(thread);
        }
        for (Thread thread : counters) {
            thread.join();
        }
        long counted = Tracemalloc.takeSnapshot().traces().stream()
                .filter(trace -> trace.className().equals(Counted.class.getName()))
                .mapToLong(Trace::allocatedCount)
                .sum();
        Tracemalloc.stop();
        if (counted != COUNTERS * BLOCKS) {
            throw new AssertionError("counted " + counted);
        }
    }
}
