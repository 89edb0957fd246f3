package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.TraceOptions;
import io.tracemalloc.capture.bytebuddy.boot.Recorder;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The heap's own accounts, without what the tracer allocates. */
final class HeapTruthTest {

    private static final int COPY_BYTES = 4 << 20;
    private static final int PROGRAM_BYTES = 32 << 20;
    private static final int SHORT_LIVED_BYTES = 8 << 20;

    /** What a test keeps alive; read by nobody but the collector. */
    static volatile Object held = new Object();

    private final HeapTruth truth = new HeapTruth();

    @BeforeEach
    void defineRecorder() {
        BootClasses.define(InstrumentationAccess.get());
    }

    @AfterEach
    void stopRecorder() {
        Recorder.stop();
    }

    @Test
    void takesOffCopiesOfClassesOnTheThreadsOfTheProgram() throws InterruptedException {
        assertThat(allocatedWithACopyOn("worker-1")).isBetween(PROGRAM_BYTES - COPY_BYTES - 16L, PROGRAM_BYTES - 1L);
    }

    /** Their accounts are left out as a whole: taken off again, the heap would seem to have got too little. */
    @Test
    void takesCopiesOnItsOwnThreadsOffOnce() throws InterruptedException {
        assertThat(allocatedWithACopyOn("tracemalloc-1")).isGreaterThanOrEqualTo(PROGRAM_BYTES);
    }

    /** It has none where it was idle since tracing began, or where there is no memory for them. */
    @ParameterizedTest
    @ValueSource(longs = {64 << 20, 0})
    void keepsWhatAThreadAllocatedThatEndsWithoutCounters(long memoryLimitBytes) throws InterruptedException {
        CountDownLatch allocated = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread idle = new Thread(() -> {
            held = new byte[PROGRAM_BYTES];
            allocated.countDown();
            await(end);
            Recorder.threadEnds();
        });
        idle.start();
        allocated.await();
        Recorder.start(sampler(), 0, memoryLimitBytes, false);
        truth.begin(() -> 0);
        held = new byte[PROGRAM_BYTES];

        end.countDown();
        idle.join();

        assertThat(truth.allocatedBytes()).isGreaterThanOrEqualTo(PROGRAM_BYTES);
    }

    @Test
    void beginsWhereTheProgramAllocatedLeastMeanwhile() {
        Iterator<Long> counted =
                List.of(0L, 5_000L, 5_040L, 5_050L, 5_090L, 9_000L).iterator();

        truth.begin(counted::next);

        assertThat(truth.countedSinceBegin(10_000)).isEqualTo(10_000 - 5_045);
    }

    /** The VM lists it until it has left {@code Thread.exit}. */
    @Test
    void countsAThreadThatIsEndingOnce() throws InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread ending = new Thread(() -> {
            held = new byte[PROGRAM_BYTES];
            truth.threadEnds(Thread.currentThread());
            closed.countDown();
            await(end);
        });
        truth.begin(() -> 0);
        ending.start();
        closed.await();
        truth.begin(() -> 0);
        held = new byte[PROGRAM_BYTES];

        end.countDown();
        ending.join();

        assertThat(truth.allocatedBytes()).isBetween((long) PROGRAM_BYTES, PROGRAM_BYTES + 16L * 1024 * 1024);
    }

    /** Neither left out, had it ended while the accounts are read, nor there twice. */
    @Test
    void keepsThreadsThatEndWhileTheAccountsAreRead() throws InterruptedException {
        truth.begin(() -> 0);
        Thread program = new Thread(HeapTruthTest.this::endThreads);
        program.start();
        long last = 0;
        long largestFall = 0;

        while (program.isAlive()) {
            long now = truth.allocatedBytes();
            largestFall = Math.max(largestFall, last - now);
            last = now;
        }

        // What a thread has taken of its own buffer is read while it goes on, so the sum is not quite steady.
        assertThat(largestFall).isLessThan(SHORT_LIVED_BYTES / 2);
    }

    private void endThreads() {
        for (int i = 0; i < 300; i++) {
            Thread shortLived = new Thread(() -> {
                held = new byte[SHORT_LIVED_BYTES];
                truth.threadEnds(Thread.currentThread());
            });
            shortLived.start();
            try {
                shortLived.join();
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    private Sampler sampler() {
        SiteTable table = new SiteTable(TransformCache.none());
        Sizes sizes = new Sizes(table, InstrumentationAccess.get());
        return new Sampler(table, sizes, new NativeMemory(), truth, TraceOptions.DEFAULTS);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private long allocatedWithACopyOn(String threadName) throws InterruptedException {
        truth.begin(() -> 0);
        held = new byte[PROGRAM_BYTES];
        Thread transforming =
                new Thread(() -> truth.ownCopy(truth.ofCurrentThread(), COPY_BYTES, "a/b/C".length()), threadName);
        transforming.start();
        transforming.join();
        return truth.allocatedBytes();
    }
}
