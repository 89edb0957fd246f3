package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.tracemalloc.Exactness;
import io.tracemalloc.LiveTracking;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.Trace;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Tracemalloc;
import io.tracemalloc.filter.Filter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import traced.Work;

/** The memory limit holds for stacks, too: what has no room is cut to its allocation site, and that is told. */
final class MemoryLimitTest {

    private static final int LIMIT = 16 << 20;
    private static final int DEPTH = 15;
    private static final int STACKS = 1 << DEPTH;
    /** One chunk each is more than fits, whatever tables are there from earlier sessions. */
    private static final int THREADS = 600;

    private static final int BLOCKS = 100_000;
    private static final int COPIES = 10;

    @AfterEach
    void stopTracing() {
        Tracemalloc.stop();
    }

    @ParameterizedTest
    @EnumSource(names = {"OFF", "EXACT"})
    void cutsStacksForWhichThereIsNoRoom(LiveTracking live) {
        Tracemalloc.start(TraceOptions.DEFAULTS
                .withFrames(30)
                .withIntervalBytes(1)
                .withLive(live)
                .withMemoryLimitBytes(LIMIT));
        long before = Tracemalloc.overheadBytes();

        List<Object> kept = new ArrayList<>(STACKS);
        for (int stack = 0; stack < STACKS; stack++) {
            kept.add(Work.below(stack, DEPTH));
        }
        long grown = Tracemalloc.overheadBytes() - before;
        Snapshot snapshot = Tracemalloc.takeSnapshot();

        assertThat(kept).hasSize(STACKS);
        assertThat(grown).isBetween(LIMIT / 8L, LIMIT / 4L * 3);
        Snapshot blocks = snapshot.filter(
                Filter.builder(true).className(Work.Block.class.getTypeName()).build());
        assertThat(blocks.totalCount(Metric.ALLOCATED)).isEqualTo(STACKS);
        assertThat(blocks.exactness(Metric.ALLOCATED)).isEqualTo(Exactness.EXACT_BY_SITE);
        if (live == LiveTracking.EXACT) {
            assertThat(blocks.totalCount(Metric.LIVE)).isEqualTo(STACKS);
            assertThat(blocks.exactness(Metric.LIVE)).isEqualTo(Exactness.EXACT_BY_SITE);
        }
        assertThat(blocks.traces()).hasSizeGreaterThan(5_000).anySatisfy(MemoryLimitTest::isOfSiteAlone);
        assertThat(snapshot.columns().truncated()).isPositive();
        assertThat(snapshot.columns().attributes().get("note.memory_limit"))
                .isEqualTo("at the memory limit, tracebacks of "
                        + snapshot.columns().truncated() + " samples were cut to their allocation site");
    }

    @Test
    void threadsWithoutCountersAreCountedTogether() throws InterruptedException {
        Tracemalloc.start(
                TraceOptions.DEFAULTS.withFrames(1).withLive(LiveTracking.OFF).withMemoryLimitBytes(2 << 20));
        // While there is room for any counters of the line.
        Work.below(0, 0);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch full = new CountDownLatch(1);
        CountDownLatch counted = new CountDownLatch(THREADS);
        CountDownLatch end = new CountDownLatch(1);
        AtomicLong allocated = new AtomicLong();
        Thread refused = new Thread(() -> {
            // Counters it has, but not yet those of the line below.
            Work.sink = Integer.toString(THREADS);
            begun.countDown();
            awaitUninterruptibly(full);
            allocated.set(bytesOf(() -> Work.sink = Work.below(0, 0), BLOCKS));
            Work.sink = Work.copies(COPIES);
        });
        refused.start();
        begun.await();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> {
                Work.below(0, 0);
                counted.countDown();
                awaitUninterruptibly(end);
            });
            thread.start();
            threads.add(thread);
        }
        counted.await();
        full.countDown();
        refused.join();
        Snapshot snapshot = Tracemalloc.takeSnapshot();
        end.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(allocated.get()).isBetween(16L * BLOCKS, 32L * BLOCKS);
        Snapshot blocks = snapshot.filter(
                Filter.builder(true).className(Work.Block.class.getTypeName()).build());
        assertThat(blocks.totalCount(Metric.ALLOCATED)).isEqualTo(1 + BLOCKS + THREADS);
        // What clone and reflection make is not counted together.
        assertThat(snapshot.columns().dropped()).isBetween((long) COPIES, BLOCKS / 10L);
        assertThat(snapshot.columns().attributes().get("note.counters"))
                .isEqualTo("at the memory limit, there is no room for the counters of some threads: totals are too low;"
                        + " a larger memory-limit or heap raises it");
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    /** What the heap gave the current thread for so many runs. */
    private static long bytesOf(Runnable work, int runs) {
        ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = bean.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (int i = 0; i < runs; i++) {
            work.run();
        }
        return bean.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    }

    private static void isOfSiteAlone(Trace trace) {
        assertThat(trace.traceback().frames())
                .singleElement()
                .satisfies(frame -> assertThat(frame.methodName()).isEqualTo("below"));
    }
}
