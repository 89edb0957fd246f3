package io.tracemalloc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.filter.Filter;
import io.tracemalloc.spi.SnapshotBuilder;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.Statistic;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ten million separately sized traces: passes if it passes, since the heap of the tests is a gigabyte. */
class ManyTracesTest {

    private static final int RECORDS = 10_000_000;
    private static final int TRACEBACKS = 24_000;
    private static final int FRAMES = 25;
    private static final int LINES = 2_000;

    @Test
    void fitIntoAGigabyteWithEveryAnalysis() {
        Snapshot snapshot = snapshot();

        List<Statistic> lines = snapshot.statistics(GroupBy.LINE);
        Snapshot half = snapshot.filter(Filter.parse(true, "com/acme/C[02468].java"));

        assertThat(snapshot.totalCount(Metric.LIVE)).isEqualTo(RECORDS);
        assertThat(lines).hasSize(LINES);
        assertThat(lines.stream().mapToLong(Statistic::size).sum()).isEqualTo(snapshot.totalBytes(Metric.LIVE));
        assertThat(half.traces()).hasSize(RECORDS / 2);
        assertThat(half.attributeToApplication(List.of()).totalCount(Metric.LIVE))
                .isEqualTo(RECORDS / 2);
        assertThat(snapshot.compareTo(half, GroupBy.TRACEBACK).get(0).countDiff())
                .isPositive();
    }

    private static Snapshot snapshot() {
        SnapshotBuilder builder = new SnapshotBuilder();
        int[] tracebacks = tracebacks(builder);
        int type = builder.type("byte[]");
        for (int i = 0; i < RECORDS; i++) {
            long size = 16 + 8L * (i % 4_001);
            int record = builder.record(tracebacks[i % TRACEBACKS], type, 0, 0, size);
            builder.add(record, Metric.ALLOCATED, 1, size);
            builder.add(record, Metric.LIVE, 1, size);
        }
        return builder.snapshot(SnapshotFixture.info());
    }

    private static int[] tracebacks(SnapshotBuilder builder) {
        int[] tracebacks = new int[TRACEBACKS];
        int[] frames = new int[FRAMES];
        for (int i = 0; i < TRACEBACKS; i++) {
            for (int depth = 0; depth < FRAMES; depth++) {
                int line = (i + depth * (i / LINES + 1)) % LINES;
                String className = "com.acme.C" + line % 10;
                frames[depth] = builder.frame(className, "run", "com/acme/C" + line % 10 + ".java", 1 + line);
            }
            tracebacks[i] = builder.traceback(frames, FRAMES, FRAMES);
        }
        return tracebacks;
    }
}
