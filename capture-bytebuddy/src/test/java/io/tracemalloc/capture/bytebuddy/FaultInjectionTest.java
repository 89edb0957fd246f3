package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Tracemalloc;
import io.tracemalloc.capture.bytebuddy.boot.Recorder;
import java.nio.ByteBuffer;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import traced.Work;

/** Instrumented code runs on undisturbed while everything behind the recorder fails. */
final class FaultInjectionTest {

    private static final int ROUNDS = 20;

    @BeforeEach
    void startTracing() {
        Tracemalloc.start();
    }

    @AfterEach
    void stopTracing() {
        Tracemalloc.stop();
    }

    @Test
    void theProgramComputesTheSame() throws Exception {
        long expected = Work.everything(7);
        Recorder.forgetVariants();
        Recorder.start(new Failing(), 1, 64L << 20, false);

        for (int round = 0; round < ROUNDS; round++) {
            assertThat(Work.everything(7)).isEqualTo(expected);
        }

        assertThat(Recorder.dropped()).isGreaterThan(ROUNDS);
        assertThat(Recorder.isQuiet()).isFalse();
    }

    @Test
    void threadsEndAndNativeMemoryIsGivenBack() throws Exception {
        Recorder.start(new Failing(), 1, 64L << 20, false);

        for (int round = 0; round < ROUNDS; round++) {
            FutureTask<Long> task = new FutureTask<>(() -> Work.everything(1));
            Thread thread = new Thread(task);
            thread.start();
            thread.join();
            assertThat(task.get()).isPositive();
            assertThat(ByteBuffer.allocateDirect(128).capacity()).isEqualTo(128);
        }

        assertThat(Recorder.dropped()).isGreaterThan(ROUNDS);
    }
}
