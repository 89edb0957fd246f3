package io.tracemalloc.remote.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A share of a processor, by a clock that the test moves. */
final class ProcessorBudgetTest {

    private final AtomicLong clock = new AtomicLong(7_000);

    @Test
    void givesWhatItHolds() {
        ProcessorBudget budget = new ProcessorBudget(clock::get, 1_000, 600);

        assertThat(budget.take(999)).isTrue();
        assertThat(budget.take(1)).isFalse();
    }

    @Test
    void isFilledWithTwoHundredthsOfTheTime() {
        ProcessorBudget budget = new ProcessorBudget(clock::get, 1_000, 600);
        budget.take(1_000);

        assertThat(budget.nanosUntil(20)).isEqualTo(1_000);
        clock.addAndGet(1_000);

        assertThat(budget.take(19)).isTrue();
        assertThat(budget.take(1)).isFalse();
    }

    @Test
    void holdsNoMoreAfterALongRest() {
        ProcessorBudget budget = new ProcessorBudget(clock::get, 1_000, 600);
        clock.addAndGet(1_000_000_000);

        assertThat(budget.take(1_000)).isFalse();
    }

    @Test
    void hasItsLimitsInDebt() {
        ProcessorBudget budget = new ProcessorBudget(clock::get, 1_000, 600);

        assertThat(budget.take(3_600_000_000_000L)).isFalse();

        assertThat(budget.nanosUntil(300)).isEqualTo(45_000);
    }
}
