package io.tracemalloc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Metric;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.TracedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class LocalSessionStressTest {

    private static final int THREADS = 8;
    private static final int OPERATIONS = 4_000;
    private static final int DOMAIN = 16;

    private final List<FakeBackend> backends = new ArrayList<>();
    private final LocalSession session = new LocalSession(options -> FakeBackend.provider(this::newBackend));

    /* Called under the session's own lock, so a plain list does. */
    private FakeBackend newBackend() {
        FakeBackend backend = new FakeBackend();
        backends.add(backend);
        return backend;
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void survivesEveryOperationFromManyThreadsAtOnce() throws InterruptedException, ExecutionException {
        inParallel(this::randomOperations);
        session.stop();

        assertThat(backends).hasSizeGreaterThan(1).allSatisfy(backend -> {
            assertThat(backend.violations).isEmpty();
            assertThat(backend.starts).hasValue(1);
            assertThat(backend.stops).hasValue(1);
        });
        assertThat(session.tracedMemory()).isEqualTo(TracedMemory.NONE);
    }

    private boolean randomOperations(int seed) {
        Random random = new Random(seed);
        for (int i = 0; i < OPERATIONS; i++) {
            operation(random.nextInt(16), random);
        }
        return true;
    }

    private void operation(int choice, Random random) {
        switch (choice) {
            case 0 -> session.stop();
            case 1, 2 -> session.start(TraceOptions.DEFAULTS);
            case 3 -> session.clearTraces();
            case 4 -> session.resetPeak();
            case 5 -> snapshotIfTracing();
            case 6 -> session.overheadBytes();
            case 7 -> session.objectTraceback(random);
            case 8, 9, 10, 11 -> session.track(DOMAIN, random.nextInt(100), 1 + random.nextInt(4));
            case 12, 13 -> session.untrack(DOMAIN, random.nextInt(100));
            default -> assertThat(session.tracedMemory().currentBytes()).isNotNegative();
        }
    }

    private void snapshotIfTracing() {
        try {
            assertThat(session.takeSnapshot().totalBytes(Metric.ALLOCATED))
                    .isGreaterThanOrEqualTo(3 * FakeBackend.BLOCK_BYTES);
        } catch (IllegalStateException notTracing) {
            assertThat(notTracing).hasMessageStartingWith("not tracing");
        }
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void losesNoTrackedBlockOfManyThreads() throws InterruptedException, ExecutionException {
        session.start(TraceOptions.DEFAULTS);

        inParallel(this::trackOwnAddresses);

        // Each thread leaves every second one of its blocks, of 3 bytes each.
        assertThat(session.tracedMemory().currentBytes()).isEqualTo(1000 + 3L * THREADS * OPERATIONS / 2);
        assertThat(trackedCount(Metric.ALLOCATED)).isEqualTo((long) THREADS * OPERATIONS);
        assertThat(trackedCount(Metric.LIVE)).isEqualTo((long) THREADS * OPERATIONS / 2);
    }

    private boolean trackOwnAddresses(int thread) {
        for (int i = 0; i < OPERATIONS; i++) {
            long address = (long) thread * OPERATIONS + i;
            session.track(DOMAIN, address, 3);
            if (i % 2 == 1) {
                session.untrack(DOMAIN, address);
            }
        }
        return true;
    }

    private long trackedCount(Metric metric) {
        return session.takeSnapshot().traces().stream()
                .filter(trace -> trace.domain() == DOMAIN)
                .mapToLong(trace -> metric == Metric.LIVE ? trace.liveCount() : trace.allocatedCount())
                .sum();
    }

    private interface PerThread {
        boolean run(int thread);
    }

    private static void inParallel(PerThread work) throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                tasks.add(() -> work.run(thread));
            }
            for (Future<Boolean> done : pool.invokeAll(tasks)) {
                assertThat(done.get()).isTrue();
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
