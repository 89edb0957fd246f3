package io.tracemalloc.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.acme.KnownAllocations;
import io.tracemalloc.Frame;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.Trace;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.TracedMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every capture backend keeps to. Extend it, say what the backend cannot see, and run it in a JVM in which the
 * backend is available.
 *
 * <p>The program under test is {@link KnownAllocations}; only its records are looked at, for the JVM that runs the tests
 * allocates too.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
public abstract class CaptureBackendContract {

    /**
     * What a backend sees with {@link #options}.
     *
     * @param tolerance by how much its counts may be off, as a share; 0 if it counts every block
     * @param live whether it follows every block until it is reclaimed
     * @param objectTracebacks whether it can tell where a very object was allocated
     * @param frames how many frames its tracebacks can have
     */
    public record Powers(double tolerance, boolean live, boolean objectTracebacks, int frames) {}

    private static final int THREADS = 4;
    private static final int SNAPSHOTS = 50;

    /** A byte[] has a header of 8 to 24 bytes and is padded to 8, or to 16 where alignment was raised. */
    private static final int MAX_HEADER_AND_PADDING = 40;

    /** Other threads of the JVM that runs the tests allocate a little meanwhile; snapshots of ours would take more. */
    private static final long FOREIGN_BYTES = 200_000;

    private static final int POINT_FIELDS = 16;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String POINT = KnownAllocations.Point.class.getTypeName();

    private CaptureBackend backend;

    /** The provider under test. */
    protected abstract CaptureBackendProvider provider();

    /** Options with which the backend sees as much as it can. */
    protected abstract TraceOptions options();

    /** What it sees then. */
    protected abstract Powers powers();

    /** Options that are beyond it. */
    protected abstract List<TraceOptions> refused();

    /** How many blocks a test allocates: enough for the compilers to take notice, unless the backend is very slow. */
    protected int blocks() {
        return 20_000;
    }

    @BeforeEach
    void startBackend() {
        backend = provider().create(options());
        backend.start();
        warmUp();
    }

    @AfterEach
    void stopBackend() {
        CaptureBackend running = backend;
        backend = null;
        if (running != null) {
            running.stop();
        }
    }

    /* Linkage and class initialisation allocate a few blocks of their own. */
    private void warmUp() {
        KnownAllocations.points(10);
        KnownAllocations.byteArrays(10);
        KnownAllocations.fill(new Object[10]);
        KnownAllocations.deep(3);
        backend.clear();
    }

    @Test
    void saysWhatItIs() {
        assertThat(provider().name()).matches("[a-z][a-z0-9-]*").isNotEqualTo(TraceOptions.AUTO);
        assertThat(provider().availability().isAvailable()).isTrue();
    }

    @Test
    void refusesOptionsBeyondItsPowersInOneLine() {
        assertThat(refused())
                .allSatisfy(options -> assertThatThrownBy(() -> provider().create(options))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageNotContaining("\n"));
    }

    @Test
    void countsBlocksPerLineAndClass() {
        Frame points = KnownAllocations.points(blocks());
        Frame arrays = KnownAllocations.byteArrays(blocks() / 2);

        Snapshot snapshot = snapshot();

        assertCount(allocated(snapshot, points, POINT), blocks());
        assertCount(allocated(snapshot, arrays, "byte[]"), blocks() / 2);
        assertThat(allocated(snapshot, points, "byte[]")).isZero();
    }

    @Test
    void tellsBytesAsTheHeapHasThem() {
        Frame arrays = KnownAllocations.byteArrays(blocks());

        List<Trace> traces = at(snapshot(), arrays, "byte[]");

        long count = traces.stream().mapToLong(Trace::allocatedCount).sum();
        long bytes = traces.stream().mapToLong(Trace::allocatedBytes).sum();
        long least = (long) KnownAllocations.ARRAY_LENGTH * count;
        assertThat(bytes).isBetween(least + 8 * count, least + MAX_HEADER_AND_PADDING * count);
    }

    @Test
    void addsUpBlocksOfManyThreads() throws InterruptedException, ExecutionException {
        Frame site = KnownAllocations.points(1);
        AtomicBoolean done = new AtomicBoolean();
        List<Callable<Boolean>> tasks = new ArrayList<>();
        IntStream.range(0, THREADS)
                .forEach(thread -> tasks.add(() -> {
                    KnownAllocations.points(blocks());
                    return true;
                }));
        tasks.add(() -> {
            while (!done.get()) {
                assertThat(allocated(snapshot(), site, POINT)).isNotNegative();
            }
            return true;
        });

        runAll(tasks, done);

        assertCount(allocated(snapshot(), site, POINT), THREADS * blocks() + 1);
    }

    @Test
    void answersAndForgetsWhileThreadsAllocate() throws InterruptedException, ExecutionException {
        AtomicBoolean done = new AtomicBoolean();
        List<Callable<Boolean>> tasks = new ArrayList<>();
        IntStream.range(0, THREADS)
                .forEach(thread -> tasks.add(() -> {
                    KnownAllocations.byteArrays(blocks());
                    return true;
                }));
        tasks.add(() -> {
            while (!done.get()) {
                backend.clear();
                backend.resetPeak();
                assertSound(backend.tracedMemory());
                assertThat(backend.overheadBytes()).isNotNegative();
                assertThat(backend.objectTraceback(KnownAllocations.last)).isNotNull();
            }
            return true;
        });

        runAll(tasks, done);

        backend.clear();
        Frame site = KnownAllocations.byteArrays(blocks());
        assertCount(allocated(snapshot(), site, "byte[]"), blocks());
    }

    @Test
    void forgetsWhatWasBeforeClear() {
        Frame site = KnownAllocations.points(blocks());

        backend.clear();

        assertThat(allocated(snapshot(), site, POINT)).isZero();
        KnownAllocations.points(blocks());
        assertCount(allocated(snapshot(), site, POINT), blocks());
    }

    @Test
    void forgetsWhatWasBeforeStop() {
        Frame site = KnownAllocations.points(blocks());
        backend.stop();
        KnownAllocations.points(blocks());

        backend = provider().create(options());
        backend.start();

        assertThat(allocated(snapshot(), site, POINT)).isZero();
        KnownAllocations.points(blocks());
        assertCount(allocated(snapshot(), site, POINT), blocks());
    }

    @Test
    void keepsNoneOfItsOwnAllocations() {
        List<SnapshotBuilder> builders = IntStream.range(0, SNAPSHOTS)
                .mapToObj(each -> new SnapshotBuilder())
                .toList();
        backend.writeTo(builders.get(0));

        builders.forEach(each -> {
            if (each != builders.get(0)) {
                backend.writeTo(each);
            }
        });

        long before = snapshotOf(builders.get(0)).totalBytes(Metric.ALLOCATED);
        long after = snapshotOf(builders.get(SNAPSHOTS - 1)).totalBytes(Metric.ALLOCATED);
        assertThat(after - before).isLessThan(FOREIGN_BYTES);
    }

    @Test
    void recordsNothingOfUnrecordedWork() {
        Frame[] site = new Frame[1];

        backend.unrecorded(() -> backend.unrecorded(() -> site[0] = KnownAllocations.points(blocks())));

        assertThat(allocated(snapshot(), site[0], POINT)).isZero();
        KnownAllocations.points(blocks());
        assertCount(allocated(snapshot(), site[0], POINT), blocks());
    }

    @Test
    void runsUnrecordedWorkOnceWhileOthersAreRecorded() throws InterruptedException, ExecutionException {
        Frame site = KnownAllocations.points(1);
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch unrecorded = new CountDownLatch(1);
        ExecutorService application = Executors.newSingleThreadExecutor();
        try {
            Future<Frame> other = application.submit(() -> {
                unrecorded.await();
                return KnownAllocations.points(blocks());
            });
            backend.unrecorded(() -> {
                runs.incrementAndGet();
                unrecorded.countDown();
                assertThat(other).succeedsWithin(PATIENCE);
            });
        } finally {
            application.shutdownNow();
        }

        assertThat(runs).hasValue(1);
        assertCount(allocated(snapshot(), site, POINT), blocks() + 1);
    }

    @Test
    void passesOnWhatUnrecordedWorkThrows() {
        IllegalStateException failure = new IllegalStateException("made up");

        assertThatThrownBy(() -> backend.unrecorded(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
        Frame site = KnownAllocations.points(blocks());
        assertCount(allocated(snapshot(), site, POINT), blocks());
    }

    @Test
    void writesItsOwnMemory() {
        KnownAllocations.points(blocks());

        assertThat(backend.overheadBytes()).isPositive();
        assertThat(snapshot().columns().overheadBytes()).isPositive();
    }

    @Test
    void tellsAtAnyTimeHowMuchItDropped() {
        KnownAllocations.points(blocks());

        long before = backend.dropped();
        long written = snapshot().columns().dropped();

        assertThat(written).isBetween(before, backend.dropped());
    }

    @Test
    void keepsTracebacksToTheLimit() {
        int limit = Math.min(options().frames(), powers().frames());
        int calls = limit + 5;
        Frame site = KnownAllocations.deep(calls);

        List<Trace> traces = at(snapshot(), site, POINT);

        assertThat(traces).isNotEmpty().allSatisfy(each -> {
            assertThat(each.traceback().frames()).hasSize(limit).startsWith(site);
            assertThat(each.traceback().frames().subList(1, limit))
                    .allSatisfy(
                            frame -> assertThat(frame.qualifiedMethod()).isEqualTo("com.acme.KnownAllocations.deep"));
        });
    }

    @Test
    void followsBlocksUntilTheyAreReclaimed() {
        assumeTrue(powers().live(), "the backend does not follow every block");
        Object[] held = new Object[blocks()];
        Frame site = KnownAllocations.fill(held);
        System.gc();
        assertThat(live(site)).isEqualTo(blocks());
        assertThat(liveBytes(site))
                .isBetween((long) POINT_FIELDS * blocks(), (POINT_FIELDS + MAX_HEADER_AND_PADDING) * (long) blocks());

        IntStream.range(0, blocks() / 2).forEach(index -> held[index] = null);

        await(() -> live(site) <= blocks() / 2);
        assertThat(live(site)).isEqualTo(blocks() / 2);
        assertThat(held[blocks() - 1]).isNotNull();
    }

    @Test
    void givesAgesToLiveBlocksOnly() {
        Object[] held = new Object[blocks()];
        KnownAllocations.fill(held);
        System.gc();
        System.gc();

        SnapshotColumns columns = snapshot().columns();

        for (int record = 0; record < columns.recordCount(); record++) {
            long count = 0;
            long bytes = 0;
            for (int bucket = 0; bucket < columns.ageBuckets(); bucket++) {
                count += columns.agedCount(record, bucket);
                bytes += columns.agedBytes(record, bucket);
            }
            assertThat(count).isLessThanOrEqualTo(columns.count(record, Metric.LIVE));
            assertThat(bytes).isLessThanOrEqualTo(columns.bytes(record, Metric.LIVE));
        }
        assertThat(held[0]).isNotNull();
    }

    @Test
    void keepsPeakUntilItIsReset() {
        assumeTrue(powers().live(), "the backend does not follow every block");
        Object[] held = new Object[blocks()];
        KnownAllocations.fill(held);
        System.gc();
        TracedMemory full = backend.tracedMemory();
        assertSound(full);
        assertThat(full.currentBytes()).isGreaterThanOrEqualTo(16L * blocks());

        IntStream.range(0, blocks()).forEach(index -> held[index] = null);
        await(() -> backend.tracedMemory().currentBytes() <= full.currentBytes() - 16L * blocks());

        assertThat(backend.tracedMemory().peakBytes()).isGreaterThanOrEqualTo(full.currentBytes());
        backend.resetPeak();
        assertThat(backend.tracedMemory().peakBytes()).isLessThan(full.currentBytes());
        assertSound(backend.tracedMemory());
    }

    @Test
    void forgetsThePeakAtClear() {
        assumeTrue(powers().live(), "the backend does not follow every block");
        Object[] held = new Object[blocks()];
        KnownAllocations.fill(held);
        TracedMemory full = backend.tracedMemory();

        backend.clear();

        assertThat(backend.tracedMemory().peakBytes()).isLessThan(full.peakBytes());
        assertSound(backend.tracedMemory());
        assertThat(held[0]).isNotNull();
    }

    @Test
    void tellsWhereThisVeryObjectWasAllocated() {
        assumeTrue(powers().objectTracebacks(), "the backend does not know single objects");
        Object before = new KnownAllocations.Point();
        Object[] held = new Object[3];
        Frame site = KnownAllocations.fill(held);

        assertThat(held)
                .allSatisfy(block -> assertThat(backend.objectTraceback(block))
                        .hasValueSatisfying(
                                traceback -> assertThat(traceback.site()).isEqualTo(site)));
        assertThat(backend.objectTraceback(before)).isEmpty();
    }

    @Test
    void knowsNothingOfObjectsFromBeforeClear() {
        Object[] held = new Object[3];
        KnownAllocations.fill(held);

        backend.clear();

        assertThat(held)
                .allSatisfy(block -> assertThat(backend.objectTraceback(block)).isEmpty());
    }

    private void assertCount(long actual, long expected) {
        assertThat(actual).isCloseTo(expected, within(Math.round(powers().tolerance() * expected)));
    }

    private static void assertSound(TracedMemory memory) {
        assertThat(memory.currentBytes()).isNotNegative();
        assertThat(memory.peakBytes()).isGreaterThanOrEqualTo(memory.currentBytes());
    }

    private Snapshot snapshot() {
        SnapshotBuilder builder = new SnapshotBuilder();
        synchronized (this) {
            backend.writeTo(builder);
        }
        return snapshotOf(builder);
    }

    private Snapshot snapshotOf(SnapshotBuilder builder) {
        TraceOptions options = options();
        return builder.snapshot(new SnapshotInfo(
                Instant.EPOCH, Duration.ZERO, options.frames(), options.intervalBytes(), Metric.ALLOCATED));
    }

    private static long allocated(Snapshot snapshot, Frame site, String className) {
        return at(snapshot, site, className).stream()
                .mapToLong(Trace::allocatedCount)
                .sum();
    }

    private long live(Frame site) {
        return at(snapshot(), site, POINT).stream().mapToLong(Trace::liveCount).sum();
    }

    private long liveBytes(Frame site) {
        return at(snapshot(), site, POINT).stream().mapToLong(Trace::liveBytes).sum();
    }

    private static List<Trace> at(Snapshot snapshot, Frame site, String className) {
        Predicate<Trace> here = trace -> trace.traceback().site().equals(site);
        return snapshot.traces().stream()
                .filter(here.and(trace -> trace.className().equals(className)))
                .toList();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        System.gc();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time to wait").isLessThan(end);
            System.gc();
        }
    }

    /* The last task runs until the others have ended. */
    private static void runAll(List<Callable<Boolean>> tasks, AtomicBoolean othersDone)
            throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(tasks.size());
        try {
            List<Future<Boolean>> running = tasks.stream().map(pool::submit).toList();
            try {
                for (Future<Boolean> each : running.subList(0, running.size() - 1)) {
                    assertThat(each.get()).isTrue();
                }
            } finally {
                othersDone.set(true);
            }
            assertThat(running.get(running.size() - 1).get()).isTrue();
        } finally {
            pool.shutdownNow();
        }
    }
}
