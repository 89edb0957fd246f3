package io.tracemalloc.remote.netty;

import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections as long as the event loop keeps within its budget of processor time, or those who come are let in.
 * Whoever is refused before that loses the connection ({@link PieceLimit} sees to the ones that only make work), so floods of
 * strangers come in by this door.
 *
 * <p>All methods but {@link #timesShut} run on the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // when the loop ends, so does the door
final class Door {

    /** Connections that were not let in, more than a client makes that forgot its token. */
    static final int STRANGERS = 16;

    /** What there must be again before the next connections are accepted: for some hundred. */
    private static final long REOPEN_NANOS = 10_000_000;

    /** Else one long piece of work would shut the door for minutes. */
    private static final long LARGEST_DEBT_NANOS = 50_000_000;

    private final ProcessorBudget budget;
    private @Nullable ThreadClock clock;
    private int strangers;
    private boolean shut;
    private final AtomicInteger timesShut = new AtomicInteger();

    /**
     * An open door.
     *
     * @param burstMillis processor time that the loop may take at once
     */
    Door(LongSupplier nanoTime, long burstMillis) {
        budget = new ProcessorBudget(nanoTime, TimeUnit.MILLISECONDS.toNanos(burstMillis), LARGEST_DEBT_NANOS);
    }

    /** A connection has come, a stranger's as yet: accepts no more for a while if they took too much. */
    void entered(Channel listening) {
        if (clock == null) {
            clock = new ThreadClock();
        }
        strangers++;
        if (!budget.take(clock.elapsed()) && strangers > STRANGERS && !shut) {
            shut = true;
            timesShut.incrementAndGet();
            listening.config().setAutoRead(false);
            listening
                    .eventLoop()
                    .schedule(() -> open(listening), budget.nanosUntil(REOPEN_NANOS), TimeUnit.NANOSECONDS);
        }
    }

    /** A connection's first request was let in. */
    void letIn() {
        strangers = Math.max(0, strangers - 1);
    }

    private void open(Channel listening) {
        shut = false;
        strangers = 0;
        listening.config().setAutoRead(true);
    }

    /** How often it was shut so far; any thread may ask. */
    int timesShut() {
        return timesShut.get();
    }
}
