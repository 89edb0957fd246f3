package io.tracemalloc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class DaemonThreadsTest {

    /** Interrupted, one that waits for its time would spin, and one that writes would lose its file. */
    @Test
    void aProgramThatInterruptsAllThreadsDoesNotReachThem() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        FutureTask<Boolean> work = new FutureTask<>(() -> interrupted.await(30, TimeUnit.SECONDS));
        Thread thread = DaemonThreads.create("tracemalloc-test", work);

        thread.start();
        thread.interrupt();
        interrupted.countDown();

        assertThat(work.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(thread.isInterrupted()).isFalse();
    }
}
