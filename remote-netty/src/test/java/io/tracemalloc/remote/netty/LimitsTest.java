package io.tracemalloc.remote.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is limited by time, with a clock that stands still. */
class LimitsTest {

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1000);
    private final List<String> lines = new ArrayList<>();

    private void pass(long seconds) {
        clock.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void listensAgainAfterAMinute() {
        FailedAttempts attempts = new FailedAttempts(clock::get);
        for (int i = 1; i < FailedAttempts.LIMIT; i++) {
            attempts.failed("a");
        }
        assertThat(attempts.secondsToWait("a")).isZero();
        attempts.failed("a");

        assertThat(attempts.secondsToWait("a")).isEqualTo(61);
        assertThat(attempts.secondsToWait("b")).isZero();
        pass(59);
        assertThat(attempts.secondsToWait("a")).isEqualTo(2);
        pass(1);
        assertThat(attempts.secondsToWait("a")).isZero();
        attempts.failed("a");
        assertThat(attempts.secondsToWait("a")).isZero();
    }

    @Test
    void remembersTheLatestAddressesOnly() {
        FailedAttempts attempts = new FailedAttempts(clock::get);
        for (int i = 0; i < FailedAttempts.LIMIT; i++) {
            attempts.failed("first");
        }
        for (int i = 1; i < FailedAttempts.ADDRESSES; i++) {
            attempts.failed("address " + i);
        }
        assertThat(attempts.secondsToWait("first")).isPositive();
        for (int i = 0; i < FailedAttempts.ADDRESSES; i++) {
            attempts.failed("later " + i);
        }
        assertThat(attempts.secondsToWait("first")).isZero();
    }

    @Test
    void saysTenRefusalsAMinuteAndCountsAll() {
        Refusals refusals = new Refusals(lines::add, clock::get);
        for (int i = 1; i <= 25; i++) {
            refusals.add("401 GET /" + i, "127.0.0.1:1", "no");
        }
        assertThat(lines)
                .hasSize(Refusals.LINES)
                .startsWith("refused 401 GET /1 from 127.0.0.1:1: no")
                .endsWith("refused 401 GET /10 from 127.0.0.1:1: no");

        pass(60);
        refusals.add("404 GET /", "127.0.0.1:1", "no");

        assertThat(lines.subList(10, 12))
                .containsExactly("refused 15 more before", "refused 404 GET / from 127.0.0.1:1: no");
        assertThat(refusals.count()).isEqualTo(26);
    }

    @Test
    void letsNobodyWriteIntoTheLog() {
        Refusals refusals = new Refusals(lines::add, clock::get);

        refusals.add("GET /\r\ntracemalloc: all is well\u001b[2J\u202e" + "a".repeat(9999), "x\n", "no\u0007");

        assertThat(lines)
                .singleElement()
                .asString()
                .hasSizeLessThan(400)
                .doesNotContain("\r", "\n", "\u001b", "\u202e", "\u0007");
    }

    @Test
    void givesEachSlotToTheNextInTurn() {
        SnapshotSlots slots = new SnapshotSlots();
        List<Integer> begun = new ArrayList<>();
        List<SnapshotSlots.Turn> turns = new ArrayList<>();
        for (int i = 0; i < SnapshotSlots.SLOTS + SnapshotSlots.WAITING; i++) {
            int number = i;
            turns.add(new SnapshotSlots.Turn(() -> begun.add(number)));
            assertThat(slots.enter(turns.get(i)))
                    .isEqualTo(i < SnapshotSlots.SLOTS ? SnapshotSlots.Entry.BEGUN : SnapshotSlots.Entry.WAITING);
        }
        assertThat(begun).containsExactly(0, 1, 2, 3);
        assertThat(slots.enter(new SnapshotSlots.Turn(() -> begun.add(-1)))).isEqualTo(SnapshotSlots.Entry.REFUSED);

        assertThat(slots.giveUp(turns.get(4))).isTrue();
        assertThat(slots.giveUp(turns.get(0))).isFalse();
        slots.leave(turns.get(2));
        slots.leave(turns.get(2));
        slots.leave(turns.get(9));

        assertThat(begun).containsExactly(0, 1, 2, 3, 5);
        assertThat(slots.taken()).isEqualTo(SnapshotSlots.SLOTS);
        turns.forEach(slots::leave);
        assertThat(begun)
                .hasSize(SnapshotSlots.SLOTS + SnapshotSlots.WAITING - 1)
                .doesNotContain(4);
    }
}
