package io.tracemalloc.remote.netty;

import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections as long as the event loop keeps within its budget of processor time. Each request that is refused
 * before it is let in ends its connection, so floods of them come in by this door.
 *
 * <p>All methods run on the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // when the loop ends, so does the door
final class Door {

    /** What there must be again before the next connections are let in: for some hundred. */
    private static final long REOPEN_NANOS = 10_000_000;

    /** Else one long piece of work would shut the door for minutes. */
    private static final long LARGEST_DEBT_NANOS = 50_000_000;

    private final ProcessorBudget budget;
    private @Nullable ThreadClock clock;
    private boolean shut;

    /**
     * An open door.
     *
     * @param burstMillis processor time that the loop may take at once
     */
    Door(LongSupplier nanoTime, long burstMillis) {
        budget = new ProcessorBudget(nanoTime, TimeUnit.MILLISECONDS.toNanos(burstMillis), LARGEST_DEBT_NANOS);
    }

    /** A connection has come: accepts no more for a while if they took too much. */
    void entered(Channel listening) {
        if (clock == null) {
            clock = new ThreadClock();
        }
        if (!budget.take(clock.elapsed()) && !shut) {
            shut = true;
            listening.config().setAutoRead(false);
            listening
                    .eventLoop()
                    .schedule(() -> open(listening), budget.nanosUntil(REOPEN_NANOS), TimeUnit.NANOSECONDS);
        }
    }

    private void open(Channel listening) {
        shut = false;
        listening.config().setAutoRead(true);
    }
}
