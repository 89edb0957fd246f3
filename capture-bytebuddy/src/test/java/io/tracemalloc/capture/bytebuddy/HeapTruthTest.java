package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.TraceOptions;
import io.tracemalloc.capture.bytebuddy.boot.Recorder;
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
