package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.statistic.GroupBy;
import org.junit.jupiter.api.Test;

/** The tables of the counters are on the program's heap, and the usual memory limit is larger than a small heap. */
final class SmallHeapIT {

    private static final Subject STACKS = Subject.of("known.Stacks");
    private static final int DEPTH = 16;

    @Test
    void leavesRoomForTheProgram() {
        Forked.Ended ended = new Forked(JavaHome.of(17))
                .jvm("-Xmx64m")
                .traced("backend=bytebuddy,frames=25,interval=1,live=off")
                .main(STACKS, DEPTH)
                .succeed();

        assertThat(ended.out().trim()).isEqualTo("stacks " + (1 << DEPTH));
        Snapshot snapshot = ended.snapshot();
        assertThat(snapshot.statistics(GroupBy.CLASS, false, Metric.ALLOCATED))
                .filteredOn(statistic -> statistic.toString().startsWith("known.Stacks:"))
                .singleElement()
                .satisfies(statistic -> assertThat(statistic.count()).isEqualTo(1 << DEPTH));
        assertThat(snapshot.columns().attributes().get("note.memory_limit"))
                .startsWith("at the memory limit, tracebacks of ");
    }

    /** Where not even their bare tables fit, the program would die of them, or the JVM while it changes classes. */
    @Test
    void leavesATinyHeapToTheNativeSampler() {
        Forked.Ended ended = new Forked(JavaHome.of(17))
                .jvm("-Xmx8m", "-XX:+UseG1GC")
                .traced("frames=25")
                .main(STACKS, 4)
                .succeed();

        assertThat(ended.out().trim()).isEqualTo("stacks " + (1 << 4));
        assertThat(ended.err())
                .contains(
                        "tracemalloc: capture backend bytebuddy is unavailable: its tables take some 8 MiB of the heap,"
                                + " and this one has 8 MiB (-Xmx)");
        assertThat(ended.snapshot().columns().recordCount()).isPositive();
    }
}
