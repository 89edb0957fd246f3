package known;

import io.tracemalloc.Snapshot;
import io.tracemalloc.Tracemalloc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Steers the tracer from many threads at once, while others allocate. */
public final class StartStop {

    static volatile Object sink;

    private StartStop() {}

    public static void main(String[] args) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong rounds = new AtomicLong();
        AtomicLong snapshots = new AtomicLong();
        List<Throwable> failures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(started(failures, () -> {
                while (!done.get()) {
                    long sum = 0;
                    for (int i = 0; i < 1_000; i++) {
                        sink = new int[] {i};
                        sum += ((int[]) new Object[] {new int[] {i}}[0])[0];
                    }
                    if (sum != 499_500) {
                        throw new AssertionError("sum " + sum);
                    }
                    rounds.incrementAndGet();
                }
            }));
        }
        List<Thread> steering = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            int own = t;
            steering.add(started(failures, () -> {
                for (int i = 0; i < 5; i++) {
                    steer(own, i, snapshots);
                }
            }));
        }
        for (Thread thread : steering) {
            thread.join();
        }
        done.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        Tracemalloc.stop();
        for (Throwable failure : failures) {
            failure.printStackTrace();
        }
        System.out.println("failures " + failures.size() + " tracing " + Tracemalloc.isTracing());
        Tracemalloc.start();
        for (int i = 0; i < 1_000; i++) {
            sink = new StartStop(); // thousand
        }
        Snapshot last = Tracemalloc.takeSnapshot();
        long counted = last.traces().stream()
                .filter(trace -> trace.className().equals("known.StartStop"))
                .mapToLong(trace -> trace.allocatedCount())
                .sum();
        System.out.println("counted " + counted + " worked " + (rounds.get() > 0) + " " + (snapshots.get() > 0));
    }

    private static void steer(int own, int i, AtomicLong snapshots) {
        switch ((own + i) % 4) {
            case 0 -> Tracemalloc.start(1 + i % 3);
            case 1 -> Tracemalloc.clearTraces();
            case 2 -> {
                Tracemalloc.start();
                try {
                    if (Tracemalloc.takeSnapshot().traces().size() >= 0) {
                        snapshots.incrementAndGet();
                    }
                } catch (IllegalStateException stoppedMeanwhile) {
                    Tracemalloc.resetPeak();
                }
            }
            default -> Tracemalloc.stop();
        }
    }

    private static Thread started(List<Throwable> failures, Runnable work) {
        Thread thread = new Thread(work);
        thread.setUncaughtExceptionHandler((failed, failure) -> {
            synchronized (failures) {
                failures.add(failure);
            }
        });
        thread.start();
        return thread;
    }
}
