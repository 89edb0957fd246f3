package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

    @Test
    void takesOffCopiesOfClassesOnTheThreadsOfTheProgram() throws InterruptedException {
        assertThat(allocatedWithACopyOn("worker-1")).isBetween(PROGRAM_BYTES - COPY_BYTES - 16L, PROGRAM_BYTES - 1L);
    }

    /** Their accounts are left out as a whole: taken off again, the heap would seem to have got too little. */
    @Test
    void takesCopiesOnItsOwnThreadsOffOnce() throws InterruptedException {
        assertThat(allocatedWithACopyOn("tracemalloc-1")).isGreaterThanOrEqualTo(PROGRAM_BYTES);
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
