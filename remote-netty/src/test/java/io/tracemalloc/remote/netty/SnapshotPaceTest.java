package io.tracemalloc.remote.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Who takes and encodes snapshots rests beyond the budget, where the machine is busy. Clocks stand still, so that each rest is known. */
final class SnapshotPaceTest {

    private static final long MILLISECOND = 1_000_000;

    private final AtomicBoolean crowded = new AtomicBoolean(true);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Each time it ran a millisecond and waited for so much. */
    private record After(long waited) implements SnapshotPace.Clock {
        @Override
        public long ran() {
            return MILLISECOND;
        }
    }

    private SnapshotPace pace(long burstMillis, long waited) {
        return new SnapshotPace(() -> 0, burstMillis, crowded::get, () -> new After(waited));
    }

    /** So deep in debt that it would be ten seconds of rest. */
    private SnapshotPace indebted(long waited) throws IOException {
        SnapshotPace pace = pace(0, waited);
        pace.begin().add(TimeUnit.MILLISECONDS.toNanos(200));
        return pace;
    }

    private long nanosToWriteTwice(SnapshotPace pace) throws IOException {
        long begin = System.nanoTime();
        OutputStream stream = pace.begin().pacing(out);
        stream.write(new byte[] {1, 2, 3}, 1, 2);
        stream.write(new byte[] {4});
        return System.nanoTime() - begin;
    }

    @Test
    void restsAsLongAsTheBudgetNeeds() throws IOException {
        // At two hundredths, for three milliseconds: one, and then two.
        assertThat(nanosToWriteTwice(pace(0, MILLISECOND))).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(149));
        assertThat(out.toByteArray()).containsExactly(2, 3, 4);
    }

    @Test
    void restsWhereTheSystemDoesNotTell() throws IOException {
        assertThat(nanosToWriteTwice(pace(0, -1))).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(149));
    }

    @Test
    void doesNotRestWithinTheBudgetNorOnAnIdleMachineNorAlone() throws IOException {
        long idle = nanosToWriteTwice(indebted(0));
        long within = nanosToWriteTwice(pace(1_000, MILLISECOND));
        crowded.set(false);
        long alone = nanosToWriteTwice(indebted(MILLISECOND));

        assertThat(alone).isLessThan(TimeUnit.SECONDS.toNanos(10));
        assertThat(within).isLessThan(TimeUnit.SECONDS.toNanos(10));
        assertThat(idle).isLessThan(TimeUnit.SECONDS.toNanos(10));
    }

    @Test
    void restsBeforeTheNextSnapshotWhereTheLastOneMetABusyMachine() throws IOException {
        SnapshotPace pace = pace(1, MILLISECOND);
        SnapshotPace.Turn last = pace.begin();
        last.rest();
        last.add(MILLISECOND);
        long begin = System.nanoTime();

        pace.begin();

        assertThat(System.nanoTime() - begin).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(49));
    }

    @Test
    void endsItsRestWhenTheChannelCloses() throws IOException {
        SnapshotPace.Turn turn = pace(0, MILLISECOND).begin();
        Thread.currentThread().interrupt();

        assertThatThrownBy(turn::rest).isInstanceOf(InterruptedIOException.class);

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void knowsTheTimesOfItsOwnThread() throws IOException {
        // No budget at all, and real clocks: whether it rests is up to the machine.
        try (OutputStream stream =
                new SnapshotPace(System::nanoTime, 0, () -> true).begin().pacing(out)) {
            stream.write(new byte[] {1, 2});
        }

        assertThat(out.toByteArray()).containsExactly(1, 2);
        assertThat(ThreadClock.waitedNanos()).isGreaterThanOrEqualTo(-1);
    }
}
