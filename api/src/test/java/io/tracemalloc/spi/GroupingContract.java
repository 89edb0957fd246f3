package io.tracemalloc.spi;

import static io.tracemalloc.SnapshotFixture.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Metric;
import io.tracemalloc.RandomSnapshots;
import io.tracemalloc.Snapshot;
import io.tracemalloc.Traceback;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.Statistic;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every grouping of a plug-in keeps to. Extend it, and say which grouping is meant. */
public abstract class GroupingContract {

    /** The grouping under test. */
    protected abstract GroupingProvider grouping();

    /** Allocations that the grouping tells apart in some way; more may be added. */
    protected List<AllocationGroup> samples() {
        return List.of(
                new AllocationGroup(Traceback.of(at("com/acme/A.java", 2)), "byte[]", 0, "main", ""),
                new AllocationGroup(
                        Traceback.of(at("A.java", 0), at("java/util/B.java", 7)), "com.acme.A", 1, "w-1", "web-1"));
    }

    @Test
    void hasANameOfItsOwnThatCanBeTyped() {
        assertThat(grouping().name()).matches("[a-z][a-z0-9-]*");
        assertThat(List.of("line", "file", "traceback", "class", "method", "package", "thread", "host", "domain"))
                .doesNotContain(grouping().name());
    }

    @Test
    void givesEqualAllocationsEqualKeys() {
        for (AllocationGroup group : samples()) {
            AllocationGroup equal = new AllocationGroup(
                    Traceback.of(group.traceback().frames(), group.traceback().totalFrames()),
                    group.className(),
                    group.domain(),
                    group.threadName(),
                    group.hostName());

            assertThat(grouping().keyOf(equal)).isNotNull().isEqualTo(grouping().keyOf(group));
        }
    }

    @Test
    void hasAKeyForAllocationsOfWhichNothingIsKnown() {
        assertThat(grouping().keyOf(new AllocationGroup(Traceback.EMPTY, "", 0, "", "")))
                .isNotNull();
    }

    @Test
    void putsEveryBlockIntoExactlyOneGroup() {
        Snapshot snapshot = new RandomSnapshots(12).next(500);

        List<Statistic> statistics = snapshot.statistics(GroupBy.of(grouping()), false, Metric.ALLOCATED);

        assertThat(statistics.stream().mapToLong(Statistic::size).sum())
                .isEqualTo(snapshot.totalBytes(Metric.ALLOCATED));
        assertThat(statistics.stream().mapToLong(Statistic::count).sum())
                .isEqualTo(snapshot.totalCount(Metric.ALLOCATED));
        assertThat(statistics).extracting(Statistic::key).doesNotHaveDuplicates();
    }
}
