package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Exactness;
import io.tracemalloc.LiveTracking;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.Trace;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Tracemalloc;
import io.tracemalloc.filter.Filter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import traced.Work;

/** The memory limit holds for stacks, too: what has no room is cut to its allocation site, and that is told. */
final class MemoryLimitTest {

    private static final int LIMIT = 16 << 20;
    private static final int DEPTH = 15;
    private static final int STACKS = 1 << DEPTH;

    @AfterEach
    void stopTracing() {
        Tracemalloc.stop();
    }

    @ParameterizedTest
    @EnumSource(names = {"OFF", "EXACT"})
    void cutsStacksForWhichThereIsNoRoom(LiveTracking live) {
        Tracemalloc.start(TraceOptions.DEFAULTS
                .withFrames(30)
                .withIntervalBytes(1)
                .withLive(live)
                .withMemoryLimitBytes(LIMIT));
        long before = Tracemalloc.overheadBytes();

        List<Object> kept = new ArrayList<>(STACKS);
        for (int stack = 0; stack < STACKS; stack++) {
            kept.add(Work.below(stack, DEPTH));
        }
        long grown = Tracemalloc.overheadBytes() - before;
        Snapshot snapshot = Tracemalloc.takeSnapshot();

        assertThat(kept).hasSize(STACKS);
        assertThat(grown).isBetween(LIMIT / 8L, LIMIT / 4L * 3);
        Snapshot blocks = snapshot.filter(
                Filter.builder(true).className(Work.Block.class.getTypeName()).build());
        assertThat(blocks.totalCount(Metric.ALLOCATED)).isEqualTo(STACKS);
        assertThat(blocks.exactness(Metric.ALLOCATED)).isEqualTo(Exactness.EXACT_BY_SITE);
        if (live == LiveTracking.EXACT) {
            assertThat(blocks.totalCount(Metric.LIVE)).isEqualTo(STACKS);
            assertThat(blocks.exactness(Metric.LIVE)).isEqualTo(Exactness.EXACT_BY_SITE);
        }
        assertThat(blocks.traces()).hasSizeGreaterThan(1_000).anySatisfy(MemoryLimitTest::isOfSiteAlone);
        assertThat(snapshot.columns().truncated()).isPositive();
        assertThat(snapshot.columns().attributes().get("note.memory_limit"))
                .isEqualTo("at the memory limit, tracebacks of "
                        + snapshot.columns().truncated() + " samples were cut to their allocation site");
    }

    private static void isOfSiteAlone(Trace trace) {
        assertThat(trace.traceback().frames())
                .singleElement()
                .satisfies(frame -> assertThat(frame.methodName()).isEqualTo("below"));
    }
}
