package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Tracemalloc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import traced.IsolatedLoader;

/**
 * No class has hooks before its loader finds the recorder: where it was once not found, the JVM says so for good.
 */
final class IsolatedLoaderTest {

    /** They are run over and over, as the classes that the program had before. */
    private static final int KEPT = 200;

    @AfterEach
    void stopTracing() {
        Tracemalloc.stop();
    }

    @Test
    void lateAndBusyClassesRunOnWhileTracingStartsAndStops() throws Exception {
        AtomicBoolean ends = new AtomicBoolean();
        FutureTask<Integer> program = new FutureTask<>(() -> {
            List<Supplier<Object>> kept = new ArrayList<>();
            int loaded = 0;
            for (; !ends.get(); loaded++) {
                kept.add(new IsolatedLoader().allocator());
                for (Supplier<Object> one : kept) {
                    assertThat(one.get()).isInstanceOf(long[].class);
                }
                if (kept.size() > KEPT) {
                    kept.remove(KEPT / 2);
                }
                Thread.sleep(1);
            }
            return loaded;
        });
        new Thread(program).start();

        try {
            Tracemalloc.start();
            Tracemalloc.stop();
        } finally {
            ends.set(true);
        }

        assertThat(program.get()).isPositive();
    }
}
