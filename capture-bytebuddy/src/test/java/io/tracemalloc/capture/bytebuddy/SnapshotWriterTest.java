package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.LiveTracking;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Tracemalloc;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.Statistic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import traced.Work;

/** How exact totals are divided among sampled stacks. */
final class SnapshotWriterTest {

    private static final int ROUNDS = 100;
    private static final int SMALL = 1_000;

    @AfterEach
    void stopTracing() {
        Tracemalloc.stop();
    }

    @Test
    void aLargeBlockAmongSmallOnesIsABlock() {
        Tracemalloc.start(TraceOptions.DEFAULTS.withFrames(25).withLive(LiveTracking.OFF));
        // A small block is sampled in some of the rounds alone, and then stands for more than there are.
        for (int round = 0; round < ROUNDS; round++) {
            Tracemalloc.clearTraces();
            Work.sink = Work.biggest();
            Work.smallArrays(SMALL);

            Snapshot work = Tracemalloc.takeSnapshot().filter(Filter.include(Work.FILE));

            assertThat(work.totalCount(Metric.ALLOCATED)).isEqualTo(SMALL + 1);
            assertThat(work.statistics(GroupBy.TRACEBACK, false, Metric.ALLOCATED))
                    .extracting(Statistic::count)
                    .allMatch(count -> count > 0);
        }
    }
}
