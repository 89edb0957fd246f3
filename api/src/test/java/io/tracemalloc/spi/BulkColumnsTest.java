package io.tracemalloc.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracemalloc.Metric;
import org.junit.jupiter.api.Test;

class BulkColumnsTest {

    private static final int RECORDS = 5000;

    /** Starts and lengths within one segment of a column, across two, and at their borders. */
    private static final int[][] RANGES = {
        {0, 2048}, {2048, 2048}, {4096, 904}, {0, 0}, {1, 2048}, {100, 4900}, {0, 5000}
    };

    private static final Metric[] METRICS = {Metric.ALLOCATED, Metric.LIVE, Metric.FREED, Metric.PEAK};

    @Test
    void copiesWhatSingleReadsGive() {
        SnapshotColumns columns = columns();
        for (int[] range : RANGES) {
            int first = range[0];
            int length = range[1];
            int[] tracebacks = new int[length];
            int[] types = new int[length];
            int[] domains = new int[length];
            int[] threads = new int[length];
            long[] sizes = new long[length];

            columns.tracebacks(first, tracebacks, length);
            columns.types(first, types, length);
            columns.domains(first, domains, length);
            columns.threads(first, threads, length);
            columns.blockSizes(first, sizes, length);

            for (int i = 0; i < length; i++) {
                assertThat(tracebacks[i]).isEqualTo(columns.traceback(first + i));
                assertThat(types[i]).isEqualTo(columns.type(first + i));
                assertThat(domains[i]).isEqualTo(columns.domain(first + i));
                assertThat(threads[i]).isEqualTo(columns.thread(first + i));
                assertThat(sizes[i]).isEqualTo(columns.blockSize(first + i));
            }
        }
    }

    @Test
    void copiesValuesOfEveryMetricEvenDerivedAndMissingOnes() {
        SnapshotColumns columns = columns();
        for (int[] range : RANGES) {
            for (Metric metric : METRICS) {
                long[] counts = new long[range[1]];
                long[] excess = new long[range[1]];

                columns.counts(range[0], metric, counts, range[1]);
                columns.excess(range[0], metric, excess, range[1]);

                for (int i = 0; i < range[1]; i++) {
                    int record = range[0] + i;
                    assertThat(counts[i]).isEqualTo(columns.count(record, metric));
                    assertThat(counts[i] * columns.blockSize(record) + excess[i])
                            .isEqualTo(columns.bytes(record, metric));
                }
            }
        }
    }

    @Test
    void refusesRecordsThatAreNotThere() {
        SnapshotColumns columns = columns();

        assertThatThrownBy(() -> columns.types(RECORDS - 1, new int[2], 2))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> columns.excess(-1, Metric.LIVE, new long[1], 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    /** Live values end before the last segment, and bytes are not always count times size. */
    private static SnapshotColumns columns() {
        SnapshotBuilder builder = new SnapshotBuilder();
        int[] tracebacks = new int[7];
        for (int i = 0; i < tracebacks.length; i++) {
            tracebacks[i] = builder.traceback(new int[] {builder.frame("A", "a", "A.java", i + 1)}, 1, 0);
        }
        int type = builder.type("byte[]");
        int thread = builder.thread("main");
        for (int i = 0; i < RECORDS; i++) {
            int record = builder.newRecord(
                    tracebacks[i % 7], i % 3 == 0 ? type : 0, i % 5, i < 3000 ? 0 : thread, 8L * (i % 4000));
            builder.add(record, Metric.ALLOCATED, i, 8L * (i % 4000) * i + (i % 11 == 0 ? 100_000L * i : 0));
            if (i < 3000) {
                builder.add(record, Metric.LIVE, i / 2, 4L * i);
            }
        }
        return builder.build();
    }
}
