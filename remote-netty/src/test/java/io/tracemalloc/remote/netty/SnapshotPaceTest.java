package io.tracemalloc.remote.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Who takes and encodes snapshots rests beyond the budget, where there are several and the machine is busy. The budget's
 * clock stands still, so that each rest is known.
 */
@Timeout(60)
@SuppressWarnings("try") // a turn counts by being there
final class SnapshotPaceTest {

    private static final long MILLISECOND = 1_000_000;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final CountDownLatch clientGone = new CountDownLatch(1);

    /** Each time it ran a millisecond and waited for so much. */
    private record After(long waited) implements SnapshotPace.Clock {
        @Override
        public long ran() {
            return MILLISECOND;
        }
    }

    private static SnapshotPace pace(long burstMillis, long waited) {
        return new SnapshotPace(() -> 0, burstMillis, () -> new After(waited));
    }

    /** So deep in debt that it is ten seconds of rest. */
    private SnapshotPace indebted(long waited) {
        SnapshotPace pace = pace(0, waited);
        try (SnapshotPace.Turn last = pace.turn(clientGone)) {
            last.add(TimeUnit.MILLISECONDS.toNanos(200));
        }
        return pace;
    }

    private long nanosToWriteTwice(SnapshotPace pace) throws IOException {
        long begin = System.nanoTime();
        try (SnapshotPace.Turn turn = pace.turn(clientGone)) {
            turn.start();
            OutputStream stream = turn.pacing(out);
            stream.write(new byte[] {1, 2, 3}, 1, 2);
            stream.write(new byte[] {4});
        }
        return System.nanoTime() - begin;
    }

    @Test
    void restsAsLongAsTheBudgetNeeds() throws IOException {
        SnapshotPace pace = pace(0, MILLISECOND);
        try (SnapshotPace.Turn other = pace.turn(clientGone)) {
            // At two hundredths, for three milliseconds: one, and then two.
            assertThat(nanosToWriteTwice(pace)).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(149));
        }
        assertThat(out.toByteArray()).containsExactly(2, 3, 4);
    }

    @Test
    void restsWhereTheSystemDoesNotTell() throws IOException {
        SnapshotPace pace = pace(0, -1);
        try (SnapshotPace.Turn other = pace.turn(clientGone)) {
            assertThat(nanosToWriteTwice(pace)).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(149));
        }
    }

    @Test
    void doesNotRestWithinTheBudgetNorOnAnIdleMachine() throws IOException {
        SnapshotPace rich = pace(1_000, MILLISECOND);
        SnapshotPace idle = indebted(0);
        try (SnapshotPace.Turn one = rich.turn(clientGone);
                SnapshotPace.Turn other = idle.turn(clientGone)) {
            assertThat(nanosToWriteTwice(rich)).isLessThan(TimeUnit.SECONDS.toNanos(10));
            assertThat(nanosToWriteTwice(idle)).isLessThan(TimeUnit.SECONDS.toNanos(10));
        }
    }

    @Test
    void doesNotRestBesideThoseWhoWaitOrAreDone() throws IOException {
        SnapshotPace pace = indebted(MILLISECOND);
        pace.turn(clientGone).close();
        try (SnapshotPace.Turn other = pace.turn(clientGone)) {
            other.idle();
            assertThat(nanosToWriteTwice(pace)).isLessThan(TimeUnit.SECONDS.toNanos(10));
            other.resume();
        }
    }

    @Test
    void restsBeforeTheNextSnapshotWhereTheLastOneMetABusyMachine() throws IOException {
        SnapshotPace pace = pace(1, MILLISECOND);
        try (SnapshotPace.Turn last = pace.turn(clientGone);
                SnapshotPace.Turn next = pace.turn(clientGone)) {
            last.rest();
            last.add(MILLISECOND);
            long begin = System.nanoTime();

            next.start();

            assertThat(System.nanoTime() - begin).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(49));
        }
    }

    @Test
    void endsItsRestWhenItIsAlone() throws Exception {
        SnapshotPace pace = indebted(MILLISECOND);
        SnapshotPace.Turn other = pace.turn(clientGone);
        Thread leaves = new Thread(other::close);
        long begin = System.nanoTime();

        try (SnapshotPace.Turn turn = pace.turn(clientGone)) {
            leaves.start();
            turn.rest();
        }

        leaves.join();
        assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(10));
    }

    @Test
    void endsItsRestWhenTheClientHasGone() {
        SnapshotPace pace = indebted(MILLISECOND);
        clientGone.countDown();
        try (SnapshotPace.Turn other = pace.turn(clientGone);
                SnapshotPace.Turn turn = pace.turn(clientGone)) {
            assertThatThrownBy(turn::rest).isInstanceOf(IOException.class).hasMessage("the client has gone");
        }
    }

    @Test
    void endsItsRestWhenTheChannelCloses() {
        SnapshotPace pace = indebted(MILLISECOND);
        try (SnapshotPace.Turn other = pace.turn(clientGone);
                SnapshotPace.Turn turn = pace.turn(clientGone)) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(turn::rest).isInstanceOf(InterruptedIOException.class);

            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void knowsTheTimesOfItsOwnThread() throws IOException {
        // No budget at all, and real clocks: whether it rests is up to the machine.
        SnapshotPace pace = new SnapshotPace(System::nanoTime, 0);
        try (SnapshotPace.Turn other = pace.turn(clientGone);
                SnapshotPace.Turn turn = pace.turn(clientGone)) {
            turn.pacing(out).write(new byte[] {1, 2});
        }

        assertThat(out.toByteArray()).containsExactly(1, 2);
        assertThat(ThreadClock.waitedNanos()).isGreaterThanOrEqualTo(-1);
    }
}
