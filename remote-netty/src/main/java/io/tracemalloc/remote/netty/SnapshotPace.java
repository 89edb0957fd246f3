package io.tracemalloc.remote.netty;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Makes those who take and encode snapshots rest where there are several at a time, they have used up their budget of
 * processor time, and others want the processors, too. Whoever comes alone, again and again, is served at once.
 *
 * <p>They rest asleep, and not by a low priority: a thread that gets no processor in the middle of its work holds up
 * every safepoint, and the collector while it compresses. Safe for any thread.
 */
final class SnapshotPace {

    /** Ten seconds of rest: readers wait longer than that. */
    private static final long LARGEST_DEBT_NANOS = 200_000_000;

    /** How often one that rests looks whether it still has to. */
    private static final long LOOK_NANOS = 50_000_000;

    /** Of the time that a thread could have run, it had to wait this part: there is not enough for all. */
    private static final double BUSY = 0.05;

    private final ProcessorBudget budget;
    private final Supplier<Clock> clocks;

    /** Turns that are neither over nor idle. */
    private final AtomicInteger working = new AtomicInteger();

    /** As far as the last one knew that did some work. */
    private volatile boolean busy;

    /** What a thread knows of its own time; a test says something else. */
    interface Clock {

        /** Processor time in nanoseconds since it was asked last. */
        long ran();

        /** Nanoseconds that the thread has waited for a processor since it was asked last; -1 if unknown. */
        long waited();
    }

    /**
     * With a full budget.
     *
     * @param burstMillis processor time that all of them together may take at once
     */
    SnapshotPace(LongSupplier nanoTime, long burstMillis) {
        this(nanoTime, burstMillis, OwnClock::new);
    }

    SnapshotPace(LongSupplier nanoTime, long burstMillis, Supplier<Clock> clocks) {
        this.budget = new ProcessorBudget(nanoTime, TimeUnit.MILLISECONDS.toNanos(burstMillis), LARGEST_DEBT_NANOS);
        this.clocks = clocks;
    }

    /** A snapshot's turn; {@link Turn#start} comes next. */
    Turn turn(CountDownLatch clientGone) {
        return new Turn(clientGone, clocks.get());
    }

    /** One snapshot, from before it is taken. For one thread. */
    final class Turn implements AutoCloseable {
        private final CountDownLatch clientGone;
        private final Clock clock;

        private Turn(CountDownLatch clientGone, Clock clock) {
            this.clientGone = clientGone;
            this.clock = clock;
            working.incrementAndGet();
        }

        /** Comes back when the work may begin. */
        void start() throws IOException {
            if (!budget.take(0)) {
                restIfBusy();
            }
        }

        /** From here to {@link #resume} it waits for something else, and is in nobody's way. */
        void idle() {
            working.decrementAndGet();
        }

        void resume() {
            working.incrementAndGet();
        }

        @Override
        public void close() {
            working.decrementAndGet();
        }

        /** What other threads of the JVM did for this snapshot, as long as it took. */
        void add(long nanos) {
            budget.take(nanos);
        }

        /** Counts what the thread did since the last time, and rests if that was too much. */
        void rest() throws IOException {
            long ran = clock.ran();
            long waited = clock.waited();
            busy = waited < 0 || waited > BUSY * (ran + waited);
            if (!budget.take(ran)) {
                restIfBusy();
            }
        }

        private void restIfBusy() throws IOException {
            try {
                long end = System.nanoTime() + budget.nanosUntil(0);
                for (long left = end - System.nanoTime();
                        left > 0 && busy && working.get() > 1;
                        left = end - System.nanoTime()) {
                    if (clientGone.await(Math.min(left, LOOK_NANOS), TimeUnit.NANOSECONDS)) {
                        throw new IOException("the client has gone");
                    }
                }
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
                throw (InterruptedIOException) new InterruptedIOException("the channel closes").initCause(closing);
            }
        }

        /** A stream that lets its writer rest between two pieces. */
        OutputStream pacing(OutputStream out) {
            return new FilterOutputStream(out) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    rest();
                    idle();
                    try {
                        out.write(bytes, offset, length);
                    } finally {
                        resume();
                    }
                }
            };
        }
    }

    private static final class OwnClock extends ThreadClock implements Clock {
        private long lastWaited = waitedNanos();

        @Override
        public long ran() {
            return elapsed();
        }

        @Override
        public long waited() {
            long now = waitedNanos();
            long waited = now < 0 ? -1 : now - lastWaited;
            lastWaited = now;
            return waited;
        }
    }
}
