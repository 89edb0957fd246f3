package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.it.Expectations.Allocated;
import io.tracemalloc.spi.SnapshotColumns;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tracebacks are those of the program, and their sums those of the counters. */
final class TracebacksIT {

    private static final Subject DEEP = Subject.of("known.Deep");

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void everyTracebackIsExactAtIntervalOne(int feature) {
        Snapshot snapshot = run(feature, "frames=8,interval=1,live=off", 2_000);

        Map<String, Long> bottoms = tracebacks(snapshot, "known.Deep$Bottom");
        int bottom = DEEP.lineOf("bottom");
        int deeper = DEEP.lineOf("deeper");
        int main = DEEP.lineOf("main calls");
        Map<String, Long> expected = new TreeMap<>();
        for (int depth = 0; depth < 20; depth++) {
            StringBuilder lines = new StringBuilder().append(bottom);
            for (int i = 0; i < Math.min(depth, 7); i++) {
                lines.append(' ').append(deeper);
            }
            if (depth < 7) {
                lines.append(' ').append(main);
            }
            expected.put(lines + " of " + (depth + 2), 100L);
        }
        assertThat(snapshot.exactness(Metric.ALLOCATED)).isEqualTo(Exactness.EXACT);
        assertThat(bottoms).isEqualTo(expected);
        String made = DEEP.lineOf("made") + " ";
        assertThat(tracebacks(snapshot, "known.Deep$Made"))
                .isEqualTo(Map.of(
                        made + DEEP.lineOf("left") + " " + DEEP.lineOf("main calls left") + " of 3", 2_000L,
                        made + DEEP.lineOf("right") + " " + DEEP.lineOf("main calls right") + " of 3", 2_000L,
                        made + DEEP.lineOf("right") + " " + DEEP.lineOf("main calls right again") + " of 3", 2_000L));
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void sampledTracebacksSumUpToTheExactCounts(int feature) {
        Snapshot snapshot = run(feature, "frames=25,interval=8k", 1_000_000);

        Found found = new Found(snapshot, DEEP.fileName());
        assertThat(snapshot.exactness(Metric.ALLOCATED)).isEqualTo(Exactness.EXACT_BY_SITE);
        assertThat(found.line(DEEP.lineOf("bottom")))
                .isEqualTo(Map.of("known.Deep$Bottom", new Allocated(1_000_000, 16_000_000)));
        assertThat(found.line(DEEP.lineOf("made")))
                .isEqualTo(Map.of("known.Deep$Made", new Allocated(3_000_000, 48_000_000)));
        // About 5,900 samples: the half from the left has a standard deviation of 1.1 % of 1,000,000; five of them.
        long left = tracebacks(snapshot, "known.Deep$Made").entrySet().stream()
                .filter(entry -> entry.getKey().contains(" " + DEEP.lineOf("left") + " "))
                .mapToLong(Map.Entry::getValue)
                .sum();
        assertThat(left).isBetween(940_000L, 1_060_000L);
    }

    /** Lines from the allocation on, and the depth, to blocks. */
    private static Map<String, Long> tracebacks(Snapshot snapshot, String type) {
        Map<String, Long> counts = new TreeMap<>();
        SnapshotColumns columns = snapshot.columns();
        for (int record = 0; record < columns.recordCount(); record++) {
            if (columns.typeName(columns.type(record)).equals(type)) {
                int traceback = columns.traceback(record);
                StringBuilder lines = new StringBuilder();
                for (int i = 0; i < columns.tracebackLength(traceback); i++) {
                    lines.append(columns.frameLine(columns.tracebackFrame(traceback, i)))
                            .append(' ');
                }
                lines.append("of ").append(columns.totalFrames(traceback));
                counts.merge(lines.toString(), columns.count(record, Metric.ALLOCATED), Long::sum);
            }
        }
        return counts;
    }

    private static Snapshot run(int feature, String options, int n) {
        return new Forked(JavaHome.of(feature))
                .traced(options)
                .main(DEEP, n)
                .succeed()
                .snapshot();
    }
}
