package io.tracemalloc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.TraceOptions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A program may stop to trace where it handles a stack overflow. */
final class StackRoomTest {

    private static final int ROUNDS = 20;

    /** Clears in some calls, and notices when it could not. */
    private static final class NeedsStack extends NothingRecorded {

        int begun;
        int done;

        @Override
        public void clear() {
            begun++;
            done += calls(50);
        }

        private static int calls(int left) {
            return left == 0 ? 1 : calls(left - 1);
        }
    }

    private final NeedsStack backend = new NeedsStack();
    private final LocalSession session = new LocalSession(options -> FakeBackend.provider(() -> backend));

    @Test
    @Timeout(value = 240, unit = TimeUnit.SECONDS)
    void nothingBeginsThatTheStackHasNoRoomFor() throws InterruptedException {
        session.start(TraceOptions.DEFAULTS);
        session.clearTraces();

        for (int round = 0; round < ROUNDS; round++) {
            Thread thread = new Thread(this::overflow);
            thread.start();
            thread.join();
        }

        assertThat(backend.begun).isGreaterThan(ROUNDS);
        assertThat(backend.done).isEqualTo(backend.begun);
        session.stop();
        assertThat(session.isTracing()).isFalse();
    }

    /** Clears on the way back as well, from where there is no stack left to where there is enough. */
    @SuppressWarnings("InfiniteRecursion") // That is what it is for.
    private void overflow() {
        try {
            overflow();
        } catch (StackOverflowError full) {
            session.clearTraces();
        }
    }
}
