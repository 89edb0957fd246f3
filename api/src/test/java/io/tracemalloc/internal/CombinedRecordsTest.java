package io.tracemalloc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Domain;
import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.SnapshotBuilder;
import io.tracemalloc.spi.SnapshotColumns;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CombinedRecordsTest {

    private static final TraceOptions OPTIONS = TraceOptions.DEFAULTS.withFrames(25);

    private final SnapshotBuilder counted = new SnapshotBuilder();
    private final SnapshotBuilder sampled = new SnapshotBuilder();

    @Test
    void dividesTheExactTotalAmongSampledTracebacks() {
        allocated(counted, 16, 10, "a.A", "java.lang.Object", 1_001, 16_016);
        allocated(sampled, 0, 10, "a.A", "java.lang.Object", 200, 3_200, "left", 1);
        allocated(sampled, 0, 10, "a.A", "java.lang.Object", 100, 1_600, "right", 2);

        SnapshotColumns joined = join(OPTIONS);

        assertThat(rows(joined, Metric.ALLOCATED))
                .containsExactly(
                        "a.A.m:10 < left.m:1 java.lang.Object 16: 667 10672",
                        "a.A.m:10 < right.m:2 java.lang.Object 16: 334 5344");
        assertThat(joined.exactness(Metric.ALLOCATED)).isEqualTo(Exactness.EXACT_BY_SITE);
    }

    @Test
    void keepsTheCountersTracebackWhereNothingWasSampled() {
        allocated(counted, 16, 10, "a.A", "java.lang.Object", 7, 112);
        allocated(sampled, 0, 11, "a.A", "java.lang.Object", 1, 16, "left", 1);
        allocated(sampled, 0, 10, "a.A", "java.lang.String", 1, 24, "left", 1);

        SnapshotColumns joined = join(OPTIONS);

        assertThat(rows(joined, Metric.ALLOCATED))
                .containsExactly(
                        "a.A.m:10 java.lang.Object 16: 7 112",
                        "a.A.m:11 < left.m:1 java.lang.Object 0: 0 0",
                        "a.A.m:10 < left.m:1 java.lang.String 0: 0 0");
        assertThat(joined.attributes()).containsEntry("sampled_at_uncounted_sites_bytes", "40");
    }

    @Test
    void dividesBytesOfArraysByTheirOwnWeights() {
        allocated(counted, AllocationSink.MIXED_SIZES, 10, "a.A", "byte[]", 10, 1_000);
        allocated(sampled, 0, 10, "a.A", "byte[]", 50, 9_000, "large", 1);
        allocated(sampled, 0, 10, "a.A", "byte[]", 50, 1_000, "small", 2);

        assertThat(rows(join(OPTIONS), Metric.ALLOCATED))
                .containsExactly("a.A.m:10 < large.m:1 byte[] 0: 5 900", "a.A.m:10 < small.m:2 byte[] 0: 5 100");
    }

    @Test
    void aLargeBlockAmongManySmallOnesIsABlock() {
        allocated(counted, AllocationSink.MIXED_SIZES, 10, "a.A", "byte[]", 100, 1_524_288);
        allocated(sampled, 0, 10, "a.A", "byte[]", 32_768, 524_288, "small", 1);
        int large = allocated(sampled, 0, 10, "a.A", "byte[]", 1, 1_000_000, "large", 2);
        sampled.recorded(Metric.LIVE, Exactness.ESTIMATED);
        sampled.add(large, Metric.LIVE, 1, 1_000_000);

        SnapshotColumns joined = join(OPTIONS);

        assertThat(rows(joined, Metric.ALLOCATED))
                .containsExactly(
                        "a.A.m:10 < small.m:1 byte[] 0: 99 524288", "a.A.m:10 < large.m:2 byte[] 0: 1 1000000");
        assertThat(rows(joined, Metric.LIVE))
                .containsExactly("a.A.m:10 < small.m:1 byte[] 0: 0 0", "a.A.m:10 < large.m:2 byte[] 0: 1 1000000");
    }

    @Test
    void moreTracebacksThanBlocksAddUpToTheBlocks() {
        allocated(counted, 16, 10, "a.A", "java.lang.Object", 2, 32);
        allocated(sampled, 0, 10, "a.A", "java.lang.Object", 1, 16, "left", 1);
        allocated(sampled, 0, 10, "a.A", "java.lang.Object", 1, 16, "middle", 2);
        allocated(sampled, 0, 10, "a.A", "java.lang.Object", 9, 144, "right", 3);

        assertThat(rows(join(OPTIONS), Metric.ALLOCATED))
                .containsExactly(
                        "a.A.m:10 < left.m:1 java.lang.Object 16: 1 16",
                        "a.A.m:10 < middle.m:2 java.lang.Object 16: 1 16",
                        "a.A.m:10 < right.m:3 java.lang.Object 16: 0 0");
    }

    @Test
    void liveIsTheSamplersButNeverMoreThanWasAllocated() {
        allocated(counted, 16, 10, "a.A", "java.lang.Object", 100, 1_600);
        int few = allocated(sampled, 0, 10, "a.A", "java.lang.Object", 32_768, 524_288, "left", 1);
        sampled.recorded(Metric.LIVE, Exactness.ESTIMATED);
        sampled.add(few, Metric.LIVE, 32_768, 524_288);
        sampled.addAged(few, 2, 32_768, 524_288);

        SnapshotColumns joined = join(OPTIONS);

        assertThat(rows(joined, Metric.LIVE)).containsExactly("a.A.m:10 < left.m:1 java.lang.Object 16: 100 1600");
        assertThat(joined.exactness(Metric.LIVE)).isEqualTo(Exactness.ESTIMATED);
        assertThat(joined.agedCount(0, 2)).isEqualTo(100);
        assertThat(joined.agedBytes(0, 2)).isEqualTo(1_600);
    }

    @Test
    void whatIsLiveAtAnUncountedSiteStays() {
        int vm = allocated(sampled, 0, 10, "a.A", "java.lang.Class", 4, 400, "left", 1);
        sampled.add(vm, Metric.LIVE, 2, 200);

        assertThat(rows(join(OPTIONS), Metric.LIVE)).containsExactly("a.A.m:10 < left.m:1 java.lang.Class 0: 2 200");
    }

    @Test
    void samplesGoOnlyToTheCallerThatTheyCameThrough() {
        allocated(counted, 24, 10, "java.A", "java.Node", 30, 720, "mine", 5);
        allocated(counted, 24, 10, "java.A", "java.Node", 40, 960, "yours", 6);
        allocated(counted, 24, 10, "java.A", "java.Node", 50, 1_200);
        allocated(sampled, 0, 10, "java.A", "java.Node", 9, 216, "yours", 6, "top", 1);
        allocated(sampled, 0, 10, "java.A", "java.Node", 9, 216, "others", 7);

        SnapshotColumns joined = join(OPTIONS.withExactCallers(true));

        assertThat(rows(joined, Metric.ALLOCATED))
                .containsExactly(
                        "java.A.m:10 < mine.m:5 java.Node 24: 30 720",
                        "java.A.m:10 < yours.m:6 < top.m:1 java.Node 24: 40 960",
                        "java.A.m:10 < others.m:7 java.Node 24: 50 1200");
        assertThat(joined.exactness(Metric.ALLOCATED)).isEqualTo(Exactness.EXACT_BY_CALLER);
    }

    @Test
    void sumsOneFrameTracebacksExactly() {
        allocated(counted, 16, 10, "a.A", "java.lang.Object", 100, 1_600);
        allocated(sampled, 0, 10, "a.A", "java.lang.Object", 5, 80);

        SnapshotColumns joined = join(OPTIONS.withFrames(1));

        assertThat(rows(joined, Metric.ALLOCATED)).containsExactly("a.A.m:10 java.lang.Object 16: 100 1600");
        assertThat(joined.exactness(Metric.ALLOCATED)).isEqualTo(Exactness.EXACT);
    }

    @Test
    void addsUpWhatBothLost() {
        counted.dropped(3);
        counted.overhead(10);
        counted.attribute("of", "counter");
        sampled.dropped(4);
        sampled.truncated(2);
        sampled.overhead(20);
        sampled.attribute("live_bytes_standard_error", "9");
        sampled.attribute("allocated_bytes_standard_error", "8");

        SnapshotColumns joined = join(OPTIONS);

        assertThat(joined.dropped()).isEqualTo(7);
        assertThat(joined.truncated()).isEqualTo(2);
        assertThat(joined.overheadBytes()).isEqualTo(30);
        assertThat(joined.attributes())
                .containsEntry("of", "counter")
                .containsEntry("live_bytes_standard_error", "9")
                .doesNotContainKey("allocated_bytes_standard_error");
    }

    private SnapshotColumns join(TraceOptions options) {
        counted.recorded(Metric.ALLOCATED, Exactness.EXACT);
        sampled.recorded(Metric.ALLOCATED, Exactness.ESTIMATED);
        SnapshotBuilder joined = new SnapshotBuilder();
        new CombinedRecords(counted.build(), sampled.build(), options, joined).write();
        return joined.build();
    }

    /** A record of a class's method m, called from the methods m of classes at lines. */
    private static int allocated(
            SnapshotBuilder into,
            long blockSize,
            int line,
            String className,
            String type,
            long blocks,
            long bytes,
            Object... callers) {
        int[] frames = new int[1 + callers.length / 2];
        frames[0] = into.frame(className, "m", "", line);
        for (int i = 0; i < callers.length; i += 2) {
            frames[1 + i / 2] = into.frame((String) callers[i], "m", "", (Integer) callers[i + 1]);
        }
        int traceback = into.traceback(frames, frames.length, 0);
        int record = into.record(traceback, into.type(type), Domain.JAVA_HEAP, AllocationSink.NO_THREAD, blockSize);
        into.add(record, Metric.ALLOCATED, blocks, bytes);
        return record;
    }

    private static List<String> rows(SnapshotColumns columns, Metric metric) {
        List<String> rows = new ArrayList<>();
        for (int record = 0; record < columns.recordCount(); record++) {
            List<String> frames = new ArrayList<>();
            int traceback = columns.traceback(record);
            for (int i = 0; i < columns.tracebackLength(traceback); i++) {
                int frame = columns.tracebackFrame(traceback, i);
                frames.add(
                        columns.frameClass(frame) + '.' + columns.frameMethod(frame) + ':' + columns.frameLine(frame));
            }
            rows.add(String.join(" < ", frames) + ' ' + columns.typeName(columns.type(record)) + ' '
                    + columns.blockSize(record) + ": " + columns.count(record, metric) + ' '
                    + columns.bytes(record, metric));
        }
        return rows;
    }
}
