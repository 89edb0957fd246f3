package io.tracemalloc.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotFixture;
import io.tracemalloc.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SnapshotBuilderTest {

    private final SnapshotBuilder builder = new SnapshotBuilder();

    @Test
    void internsFramesTracebacksTypesAndThreads() {
        int frame = builder.frame("com.acme.Foo", "bar", "com/acme/Foo.java", 42);
        int other = builder.frame("com.acme.Foo", "baz", "com/acme/Foo.java", 42);
        int traceback = builder.traceback(new int[] {frame, other, 99}, 2, 7);

        assertThat(frame).isZero();
        assertThat(other).isEqualTo(1);
        assertThat(builder.frame("com.acme.Foo", "bar", "com/acme/Foo.java", 42))
                .isZero();
        assertThat(traceback).isZero();
        assertThat(builder.traceback(new int[] {frame, other}, 2, 7)).isZero();
        assertThat(builder.traceback(new int[] {frame, other}, 2, 8)).isEqualTo(1);
        assertThat(builder.traceback(new int[] {other, frame}, 2, 7)).isEqualTo(2);
        assertThat(builder.type("")).isZero();
        assertThat(builder.type("byte[]")).isEqualTo(1);
        assertThat(builder.type("byte[]")).isEqualTo(1);
        assertThat(builder.thread("")).isZero();
        assertThat(builder.thread("main")).isEqualTo(1);
    }

    @Test
    void keepsEverythingThatWasRecorded() {
        int frame = builder.frame("com.acme.Foo", "bar", "com/acme/Foo.java", 42);
        int traceback = builder.traceback(new int[] {frame}, 1, 9);
        int record = builder.record(traceback, builder.type("byte[]"), 1, builder.thread("main"), 24);
        builder.add(record, Metric.ALLOCATED, 3, 72);
        builder.add(record, Metric.ALLOCATED, 2, 48);
        builder.add(record, Metric.LIVE, 1, 24);
        builder.add(record, Metric.PEAK, 4, 95);
        builder.recorded(Metric.ALLOCATED, Exactness.EXACT);
        builder.recorded(Metric.LIVE, Exactness.ESTIMATED);
        builder.recorded(Metric.LIVE, Exactness.EXACT_BY_SITE);
        builder.dropped(2);
        builder.dropped(3);
        builder.truncated(4);
        builder.overhead(1000);
        builder.attribute("jvm", "HotSpot");
        builder.attribute("backend", "test");

        SnapshotColumns columns = builder.build();

        assertThat(columns.frameCount()).isEqualTo(1);
        assertThat(columns.frameClass(0)).isEqualTo("com.acme.Foo");
        assertThat(columns.frameMethod(0)).isEqualTo("bar");
        assertThat(columns.frameFile(0)).isEqualTo("com/acme/Foo.java");
        assertThat(columns.frameLine(0)).isEqualTo(42);
        assertThat(columns.tracebackCount()).isEqualTo(1);
        assertThat(columns.tracebackLength(0)).isEqualTo(1);
        assertThat(columns.tracebackFrame(0, 0)).isZero();
        assertThat(columns.totalFrames(0)).isEqualTo(9);
        assertThat(columns.typeCount()).isEqualTo(2);
        assertThat(columns.typeName(columns.type(record))).isEqualTo("byte[]");
        assertThat(columns.threadCount()).isEqualTo(2);
        assertThat(columns.threadName(columns.thread(record))).isEqualTo("main");
        assertThat(columns.recordCount()).isEqualTo(1);
        assertThat(columns.traceback(record)).isZero();
        assertThat(columns.domain(record)).isEqualTo(1);
        assertThat(columns.blockSize(record)).isEqualTo(24);
        assertThat(columns.count(record, Metric.ALLOCATED)).isEqualTo(5);
        assertThat(columns.bytes(record, Metric.ALLOCATED)).isEqualTo(120);
        assertThat(columns.count(record, Metric.LIVE)).isEqualTo(1);
        assertThat(columns.bytes(record, Metric.LIVE)).isEqualTo(24);
        assertThat(columns.count(record, Metric.FREED)).isEqualTo(4);
        assertThat(columns.bytes(record, Metric.FREED)).isEqualTo(96);
        assertThat(columns.bytes(record, Metric.PEAK)).isEqualTo(95);
        assertThat(columns.has(Metric.TEMPORARY)).isFalse();
        assertThat(columns.count(record, Metric.TEMPORARY)).isZero();
        assertThat(columns.exactness(Metric.ALLOCATED)).isEqualTo(Exactness.EXACT);
        assertThat(columns.exactness(Metric.LIVE)).isEqualTo(Exactness.ESTIMATED);
        assertThat(columns.exactness(Metric.FREED)).isEqualTo(Exactness.ESTIMATED);
        assertThat(columns.dropped()).isEqualTo(5);
        assertThat(columns.truncated()).isEqualTo(4);
        assertThat(columns.overheadBytes()).isEqualTo(1000);
        assertThat(columns.attributes()).containsExactly(Map.entry("jvm", "HotSpot"), Map.entry("backend", "test"));
    }

    @Test
    void tellsThreadsOfOneNameApartByTheirHosts() {
        int here = builder.thread("main");
        int there = builder.thread("main", "web-1");

        SnapshotColumns columns = builder.build();

        assertThat(there).isNotEqualTo(here);
        assertThat(columns.threadCount()).isEqualTo(3);
        assertThat(columns.threadName(there)).isEqualTo("main");
        assertThat(columns.threadHost(there)).isEqualTo("web-1");
        assertThat(columns.threadHost(here)).isEmpty();
        assertThat(columns.threadName(0) + columns.threadHost(0)).isEmpty();
    }

    @Test
    void internsRecordsAndAppendsNewOnes() {
        int traceback = builder.traceback(new int[0], 0, 0);

        assertThat(builder.record(traceback, 0, 0, 0, 16)).isZero();
        assertThat(builder.newRecord(traceback, 0, 0, 0, 24)).isEqualTo(1);
        assertThat(builder.record(traceback, 0, 0, 0, 16)).isZero();
        assertThat(builder.record(traceback, 0, 0, 0, 24)).isEqualTo(1);
        assertThat(builder.record(traceback, 0, 0, 0, 32)).isEqualTo(2);
    }

    @Test
    void readsRecordsThatAMetricLacksAsZero() {
        int traceback = builder.traceback(new int[0], 0, 0);
        int first = builder.newRecord(traceback, 0, 0, 0, 16);
        int second = builder.newRecord(traceback, 0, 0, 0, 24);
        builder.add(first, Metric.LIVE, 1, 16);
        builder.recorded(Metric.ALLOCATED, Exactness.EXACT);

        SnapshotColumns columns = builder.build();

        assertThat(columns.bytes(second, Metric.LIVE)).isZero();
        assertThat(columns.has(Metric.ALLOCATED)).isTrue();
        assertThat(columns.bytes(first, Metric.ALLOCATED)).isZero();
        assertThat(columns.bytes(first, Metric.FREED)).isZero();
    }

    @Test
    void takesALineBelowZeroForUnknown() {
        int frame = builder.frame("A", "a", "A.java", -1);

        assertThat(builder.frame("A", "a", "A.java", 0)).isEqualTo(frame);
        assertThat(builder.build().frameLine(frame)).isZero();
    }

    @Test
    void refusesUnknownIds() {
        int traceback = builder.traceback(new int[0], 0, 0);
        int record = builder.record(traceback, 0, 0, 0, 16);

        assertThatThrownBy(() -> builder.traceback(new int[] {0}, 1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> builder.traceback(new int[0], 1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> builder.record(1, 0, 0, 0, 16)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> builder.newRecord(0, 1, 0, 0, 16)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> builder.newRecord(0, 0, 0, 1, 16)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> builder.add(record + 1, Metric.LIVE, 1, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void refusesNumbersThatMakeNoSense() {
        int traceback = builder.traceback(new int[0], 0, 0);
        int record = builder.record(traceback, 0, 0, 0, 16);
        int frame = builder.frame("A", "a", "A.java", 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.traceback(new int[] {frame, frame}, 2, 1))
                .withMessage("total frames must be 0 or at least 2, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.record(traceback, 0, -1, 0, 16))
                .withMessage("domain must be 0 or more, got -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.record(traceback, 0, 0, 0, -16))
                .withMessage("block size must be 0 or more, got -16");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.add(record, Metric.LIVE, -1, 16))
                .withMessage("count and bytes must be 0 or more, got -1 and 16");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.add(record, Metric.FREED, 1, 16))
                .withMessage("freed is derived from allocated and live, it cannot be recorded");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.dropped(-1));
    }

    @Test
    void refusesSumsThatDoNotFit() {
        int traceback = builder.traceback(new int[0], 0, 0);
        int record = builder.record(traceback, 0, 0, 0, 0);
        builder.add(record, Metric.LIVE, 1, Long.MAX_VALUE);

        assertThatIllegalArgumentException().isThrownBy(() -> builder.add(record, Metric.LIVE, 1, 1));
        builder.add(record, Metric.ALLOCATED, 1, 1);
        assertThat(builder.build().bytes(record, Metric.LIVE)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void keepsAgesOfTheRecordsThatHaveAny() {
        int traceback = builder.traceback(new int[0], 0, 0);
        int young = builder.newRecord(traceback, 0, 0, 0, 16);
        int mixed = builder.newRecord(traceback, 0, 0, 0, 24);
        builder.addAged(mixed, 63, 1, 24);
        builder.addAged(mixed, 2, 3, 72);
        builder.addAged(mixed, 2, 1, 25);
        builder.addAged(young, 5, 0, 0);

        SnapshotColumns columns = builder.build();

        assertThat(columns.ageBuckets()).isEqualTo(64);
        assertThat(columns.isAged(young)).isFalse();
        assertThat(columns.isAged(mixed)).isTrue();
        assertThat(columns.agedCount(mixed, 2)).isEqualTo(4);
        assertThat(columns.agedBytes(mixed, 2)).isEqualTo(97);
        assertThat(columns.agedCount(mixed, 63)).isEqualTo(1);
        assertThat(columns.agedCount(mixed, 0)).isZero();
        assertThat(columns.agedCount(mixed, 64)).isZero();
        assertThat(columns.agedBytes(young, 5)).isZero();
        assertThatThrownBy(() -> columns.agedCount(2, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> columns.isAged(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void tellsWhetherAgesWereRecordedEvenIfNothingLives() {
        builder.agesRecorded();

        assertThat(builder.build().ageBuckets()).isEqualTo(1);
        assertThat(new SnapshotBuilder().build().ageBuckets()).isZero();
    }

    @Test
    void refusesAgesThatMakeNoSense() {
        int traceback = builder.traceback(new int[0], 0, 0);
        int record = builder.record(traceback, 0, 0, 0, 16);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.addAged(record, 64, 1, 16))
                .withMessage("age bucket must be in 0..63, got 64");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.addAged(record, -1, 1, 16))
                .withMessage("age bucket must be in 0..63, got -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.addAged(record, 1, 1, -16))
                .withMessage("count and bytes must be 0 or more, got 1 and -16");
        assertThatThrownBy(() -> builder.addAged(record + 1, 1, 1, 16)).isInstanceOf(IndexOutOfBoundsException.class);
        builder.addAged(record, 1, 1, Long.MAX_VALUE);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.addAged(record, 2, 1, 1));
        assertThat(builder.build().agedBytes(record, 1)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void refusesNullNames() {
        assertThatNullPointerException().isThrownBy(() -> builder.type(null));
        assertThatNullPointerException().isThrownBy(() -> builder.thread(null));
        assertThatNullPointerException().isThrownBy(() -> builder.frame("A", null, "A.java", 1));
        assertThatNullPointerException().isThrownBy(() -> builder.attribute("jvm", null));
    }

    @Test
    void isGoodForOneSnapshot() {
        builder.snapshot(SnapshotFixture.info());

        assertThatIllegalStateException().isThrownBy(builder::build);
        assertThatIllegalStateException().isThrownBy(() -> builder.type("byte[]"));
        assertThatIllegalStateException().isThrownBy(() -> builder.dropped(1));
    }

    @Test
    void refusesIdsBeyondItsColumns() {
        SnapshotColumns columns = builder.build();

        assertThatThrownBy(() -> columns.traceback(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> columns.blockSize(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> columns.frameLine(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> columns.tracebackLength(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> columns.typeName(1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void takesManyRecordsAtOnce() {
        Random random = new Random(1);
        int traceback = builder.traceback(new int[0], 0, 0);
        int type = builder.type("byte[]");
        List<Long> expected = new ArrayList<>();
        while (expected.size() < 20_000) {
            int length = 1 + random.nextInt(5_000);
            long[] sizes = random.longs(length, 0, 100_000).toArray();
            long[] counts = random.longs(length, 0, 3).toArray();
            long[] bytes = new long[length];
            for (int i = 0; i < length; i++) {
                bytes[i] = counts[i] * sizes[i] + random.nextInt(2);
                expected.add(bytes[i]);
            }
            int first = builder.newRecords(traceback, type, 1, 0, sizes, length);
            assertThat(first).isEqualTo(expected.size() - length);
            builder.addAll(first, Metric.LIVE, counts, bytes, length);
        }
        builder.addAll(1, Metric.LIVE, new long[] {0, 1}, new long[] {5, 7}, 2);
        expected.set(1, expected.get(1) + 5);
        expected.set(2, expected.get(2) + 7);

        Snapshot snapshot = builder.snapshot(SnapshotFixture.info());

        assertThat(snapshot.traces()).extracting(Trace::liveBytes).isEqualTo(expected);
        assertThat(snapshot.traces())
                .allMatch(trace -> trace.domain() == 1 && trace.className().equals("byte[]"));
        assertThat(snapshot.totalBytes(Metric.LIVE))
                .isEqualTo(expected.stream().mapToLong(Long::longValue).sum());
    }

    @Test
    void refusesManyRecordsThatMakeNoSense() {
        int traceback = builder.traceback(new int[0], 0, 0);
        long[] two = {16, -1};

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.newRecords(traceback, 0, 0, 0, two, 2))
                .withMessage("block size must be 0 or more, got -1");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.newRecords(traceback, 0, 0, 0, two, 0));
        assertThatThrownBy(() -> builder.newRecords(traceback, 0, 0, 0, two, 3))
                .isInstanceOf(IndexOutOfBoundsException.class);
        int first = builder.newRecords(traceback, 0, 0, 0, two, 1);
        assertThatThrownBy(() -> builder.addAll(first, Metric.LIVE, two, two, 2))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.addAll(first, Metric.LIVE, new long[] {-1}, new long[] {1}, 1));
    }
}
