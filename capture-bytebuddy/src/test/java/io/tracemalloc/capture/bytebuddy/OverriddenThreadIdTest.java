package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Snapshot;
import io.tracemalloc.Tracemalloc;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import traced.Work;

/** A program's thread may override {@code getId}, and do there whatever it likes. */
final class OverriddenThreadIdTest {

    private static final int BLOCKS = 100;

    @BeforeEach
    void startTracing() {
        Tracemalloc.start();
    }

    @AfterEach
    void stopTracing() {
        Tracemalloc.stop();
    }

    @Test
    void isNotAsked() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        Thread thread = new Thread(() -> Work.sink = Work.copies(BLOCKS)) {
            @Override
            @SuppressWarnings("deprecation") // On newer JDKs, for this very reason.
            public long getId() {
                asked.incrementAndGet();
                throw new IllegalStateException("for the test");
            }
        };

        thread.start();
        thread.join();
        Snapshot snapshot = Tracemalloc.takeSnapshot();

        assertThat(asked).hasValue(0);
        assertThat(snapshot.columns().dropped()).isZero();
        assertThat(Counts.blocks(snapshot, Work.Copied.class)).isEqualTo(BLOCKS + 1);
    }
}
