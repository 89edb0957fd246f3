package known;

import io.tracemalloc.LiveTracking;
import io.tracemalloc.Snapshot;
import io.tracemalloc.Trace;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Tracemalloc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Many threads that begin in a session while samples are close together ({@code early}), or before it ({@code earlier}), and
 * allocate late; prints what they allocated then, and what the sampler says of it.
 */
public final class EarlyThreads {

    private static final int THREADS = 400;
    private static final int BLOCKS = 500;
    private static final int BLOCK_BYTES = 216;

    static volatile Object sink;

    private EarlyThreads() {}

    public static void main(String[] args) throws InterruptedException {
        boolean earlier = args[0].equals("earlier");
        if (earlier) {
            Tracemalloc.stop();
        }
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(THREADS);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> run(earlier, begun, go));
            thread.start();
            threads.add(thread);
        }
        begun.await();
        if (earlier) {
            Tracemalloc.start(TraceOptions.DEFAULTS.withBackend("jvmti").withLive(LiveTracking.OFF));
        }
        // Beyond all that is sampled at smaller intervals than the chosen one.
        for (int i = 0; i < 300_000; i++) {
            sink = new char[500];
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println((long) THREADS * BLOCKS * BLOCK_BYTES + " " + bytesOfBlocks(Tracemalloc.takeSnapshot()));
    }

    private static void run(boolean earlier, CountDownLatch begun, CountDownLatch go) {
        // More than most wait for under the VM's own interval.
        for (int i = 0; earlier && i < 10 * BLOCKS; i++) {
            sink = new byte[BLOCK_BYTES - 16];
        }
        begun.countDown();
        try {
            go.await();
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
        allocate();
    }

    private static void allocate() {
        for (int i = 0; i < BLOCKS; i++) {
            sink = new byte[BLOCK_BYTES - 16];
        }
    }

    private static long bytesOfBlocks(Snapshot snapshot) {
        return snapshot.traces().stream()
                .filter(trace -> trace.traceback().site().methodName().equals("allocate"))
                .mapToLong(Trace::allocatedBytes)
                .sum();
    }
}
