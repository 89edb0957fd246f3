package io.tracemalloc.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tracemalloc.Metric;
import io.tracemalloc.RandomSnapshots;
import io.tracemalloc.Snapshot;
import io.tracemalloc.Traceback;
import io.tracemalloc.filter.Filter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every filter condition of a plug-in keeps to. Extend it, and give examples. */
public abstract class FilterContract {

    /** The condition under test. */
    protected abstract FilterProvider filter();

    /** A value that makes sense. */
    protected abstract String value();

    /** Allocations that meet the condition for that value. */
    protected abstract AllocationGroup matching();

    /** Allocations that do not. */
    protected abstract AllocationGroup other();

    /** Values that make no sense; none if every text does. */
    protected abstract List<String> badValues();

    @Test
    void hasANameOfItsOwnThatCanBeTyped() {
        assertThat(filter().name()).matches("[a-z][a-z0-9-]*");
        assertThat(List.of("file", "line", "class", "method", "thread", "host", "domain", "all-frames"))
                .doesNotContain(filter().name());
    }

    @Test
    void tellsAllocationsApart() {
        assertThat(filter().condition(value()).test(matching())).isTrue();
        assertThat(filter().condition(value()).test(other())).isFalse();
    }

    @Test
    void answersForAllocationsOfWhichNothingIsKnown() {
        AllocationGroup unknown = new AllocationGroup(Traceback.EMPTY, "", 0, "", "");

        boolean first = filter().condition(value()).test(unknown);

        assertThat(filter().condition(value()).test(unknown)).isEqualTo(first);
    }

    @Test
    void refusesValuesThatMakeNoSenseInOneLine() {
        for (String bad : badValues()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> filter().condition(bad))
                    .satisfies(refused ->
                            assertThat(refused.getMessage()).isNotBlank().doesNotContain("\n"));
        }
    }

    @Test
    void splitsASnapshotInTwo() {
        Snapshot snapshot = new RandomSnapshots(13).next(500);
        Snapshot in = snapshot.filter(Filter.builder(true)
                .where(filter().name(), filter().condition(value()))
                .build());
        Snapshot out = snapshot.filter(Filter.builder(false)
                .where(filter().name(), filter().condition(value()))
                .build());

        assertThat(in.traces().size() + out.traces().size())
                .isEqualTo(snapshot.traces().size());
        assertThat(in.totalBytes(Metric.ALLOCATED) + out.totalBytes(Metric.ALLOCATED))
                .isEqualTo(snapshot.totalBytes(Metric.ALLOCATED));
    }
}
