package io.tracemalloc.remote.netty;

import java.util.function.LongSupplier;

/**
 * Processor time that the channel may take beside an application that wants all of it: a token bucket, filled with a
 * fiftieth of the time that goes by.
 *
 * <p>Safe for any thread.
 */
final class ProcessorBudget {

    /** So many parts does one processor have, of which this is one. */
    static final int PART = 50;

    private final LongSupplier nanoTime;
    private final long capacityNanos;
    private final long largestDebtNanos;

    /* Guarded by this. */
    private long leftNanos;
    private long last;

    /**
     * A full one.
     *
     * @param capacityNanos what may be taken at once after a long rest
     * @param largestDebtNanos what is taken beyond that is forgotten
     */
    ProcessorBudget(LongSupplier nanoTime, long capacityNanos, long largestDebtNanos) {
        this.nanoTime = nanoTime;
        this.capacityNanos = capacityNanos;
        this.largestDebtNanos = largestDebtNanos;
        this.leftNanos = capacityNanos;
        this.last = nanoTime.getAsLong();
    }

    /** Takes so much; whether there is some left. */
    synchronized boolean take(long nanos) {
        long now = nanoTime.getAsLong();
        leftNanos = Math.min(capacityNanos, leftNanos + (now - last) / PART);
        last = now;
        leftNanos = Math.max(-largestDebtNanos, leftNanos - nanos);
        return leftNanos > 0;
    }

    /** How long it takes until there are so many nanoseconds. */
    synchronized long nanosUntil(long nanos) {
        return Math.max(0, (nanos - leftNanos) * PART);
    }
}
