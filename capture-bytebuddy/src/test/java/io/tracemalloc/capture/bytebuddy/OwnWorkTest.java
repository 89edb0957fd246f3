package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.LiveTracking;
import io.tracemalloc.Snapshot;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Tracemalloc;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import traced.Work;

/** What the tracer allocates when it is called, on the caller's thread, is not the program's, unattributed. */
final class OwnWorkTest {

    private static final int DOMAIN = 7;
    private static final int BLOCKS = 1_000;
    /** Natives and the VM allocate some, and so does a snapshot until the accounts are read. */
    private static final long FEW_BYTES = 2 << 20;

    @BeforeEach
    void startTracing() {
        Tracemalloc.start(TraceOptions.DEFAULTS.withLive(LiveTracking.OFF));
        // Opens the accounts at once.
        Tracemalloc.clearTraces();
    }

    @AfterEach
    void stopTracing() {
        Tracemalloc.stop();
    }

    @Test
    void isLeftOutForNativeMemory() {
        for (int i = 0; i < BLOCKS; i++) {
            Work.sink = ByteBuffer.allocateDirect(16);
        }

        assertThat(account("unattributed_bytes")).isLessThan(FEW_BYTES);
    }

    @Test
    void isLeftOutForTrackedBlocks() {
        for (int i = 1; i <= BLOCKS; i++) {
            Tracemalloc.track(DOMAIN, i, 16);
        }
        for (int i = 1; i <= BLOCKS; i++) {
            Tracemalloc.untrack(DOMAIN, i);
        }

        assertThat(account("unattributed_bytes")).isLessThan(FEW_BYTES);
    }

    @Test
    void isLeftOutForSnapshots() {
        for (int i = 0; i < 20; i++) {
            Tracemalloc.takeSnapshot();
        }

        assertThat(account("unattributed_bytes")).isLessThan(FEW_BYTES);
    }

    /** It opens the accounts in the midst of what it allocates. */
    @Test
    void isNotTakenOffTwiceForClearing() {
        Work.sink = new byte[1];

        assertThat(account("removed_by_jit_bytes")).isZero();
    }

    private static long account(String name) {
        Snapshot snapshot = Tracemalloc.takeSnapshot();
        Map<String, String> facts = snapshot.columns().attributes();
        return Long.parseLong(facts.get(name));
    }
}
