package io.tracemalloc.storage.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.spi.SnapshotBuilder;
import io.tracemalloc.storage.protobuf.schema.Profile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundTripTest {

    private static final int SEEDS = 400;

    @Test
    void everyFactOfGeneratedSnapshotsSurvives() throws IOException {
        for (long seed = 0; seed < SEEDS; seed++) {
            Snapshot original = RandomSnapshots.of(seed);

            Snapshot copy = Bytes.read(Bytes.written(original));

            assertThat(Canonical.text(copy)).as("seed %d", seed).isEqualTo(Canonical.text(original));
        }
    }

    @Test
    void plainFilesReadAsGzippedOnesDo() throws IOException {
        for (long seed = 0; seed < 50; seed++) {
            Snapshot original = RandomSnapshots.of(seed);

            Snapshot copy = Bytes.read(Bytes.gunzip(Bytes.written(original)));

            assertThat(Canonical.text(copy)).as("seed %d", seed).isEqualTo(Canonical.text(original));
        }
    }

    @Test
    void writingWhatWasReadGivesTheSameBytes() throws IOException {
        for (long seed = 0; seed < SEEDS; seed++) {
            byte[] bytes = Bytes.written(RandomSnapshots.of(seed));

            assertThat(Bytes.written(Bytes.read(bytes))).as("seed %d", seed).isEqualTo(bytes);
        }
    }

    @Test
    void orderOfRecordsDoesNotChangeTheBytes() {
        for (long seed = 0; seed < 100; seed++) {
            byte[] one = Bytes.written(RandomSnapshots.of(seed, 1));
            byte[] other = Bytes.written(RandomSnapshots.of(seed, 2));

            assertThat(one).as("seed %d", seed).isEqualTo(other);
        }
    }

    @Test
    void snapshotsLargerThanTheWritersBufferSurvive() throws IOException {
        for (long seed = 0; seed < 100; seed++) {
            Snapshot original = RandomSnapshots.of(seed);
            for (int capacity : new int[] {1, 7, 64}) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                SnapshotWriter.write(original, original.defaultMetric(), out, capacity);

                Snapshot copy = Bytes.read(out.toByteArray());

                assertThat(Canonical.text(copy))
                        .as("seed %d, capacity %d", seed, capacity)
                        .isEqualTo(Canonical.text(original));
            }
        }
    }

    @Test
    void hostsAreLabelsThatOtherToolsRead() throws IOException {
        SnapshotBuilder builder = new SnapshotBuilder();
        int traceback = builder.traceback(new int[0], 0, 0);
        builder.add(builder.record(traceback, 0, 0, builder.thread("main", "web-1"), 8), Metric.LIVE, 1, 8);
        builder.add(builder.record(traceback, 0, 0, builder.thread("main", "web-2"), 8), Metric.LIVE, 2, 16);
        builder.add(builder.record(traceback, 0, 0, builder.thread("main"), 8), Metric.LIVE, 3, 24);

        Profile profile = Profile.parseFrom(Bytes.gunzip(
                Bytes.written(builder.snapshot(GoldenFileTest.example().info()))));

        assertThat(profile.getSampleList())
                .extracting(sample -> sample.getLabelList().stream()
                        .map(label -> profile.getStringTable((int) label.getKey())
                                + '='
                                + profile.getStringTable((int) label.getStr()))
                        .filter(label -> !label.startsWith("bytes="))
                        .toList())
                .containsExactly(
                        List.of("thread=main"),
                        List.of("thread=main", "host=web-1"),
                        List.of("thread=main", "host=web-2"));
    }

    @Test
    void filesWithoutHostsDoNotEvenNameThem() throws IOException {
        byte[] plain = Bytes.gunzip(Bytes.written(GoldenFileTest.everything()));

        assertThat(Profile.parseFrom(plain).getStringTableList())
                .contains("thread")
                .doesNotContain("host");
    }

    @Test
    void moreBlockSizesThanOneSampleHoldsSurvive() throws IOException {
        int sizes = 2 * Schema.MAX_BLOCK_SIZES + 1;
        Snapshot original = sizesOfOneTraceback(sizes);

        Snapshot copy = Bytes.read(Bytes.written(original));

        assertThat(copy.columns().recordCount()).isEqualTo(sizes);
        assertThat(copy.totalBytes(Metric.LIVE)).isEqualTo(8L * sizes * (sizes + 1L) / 2);
        assertThat(Canonical.text(copy)).isEqualTo(Canonical.text(original));
    }

    @Test
    void moreAgesThanOneSampleHoldsSurvive() throws IOException {
        SnapshotBuilder builder = new SnapshotBuilder();
        int traceback = builder.traceback(new int[] {builder.frame("A", "a", "A.java", 1)}, 1, 1);
        int records = 3 * Schema.MAX_AGES / Schema.AGE_BUCKETS;
        for (int i = 1; i <= records; i++) {
            int record = builder.newRecord(traceback, 0, 0, 0, i);
            builder.add(record, Metric.LIVE, Schema.AGE_BUCKETS, (long) Schema.AGE_BUCKETS * i);
            for (int age = 0; age < Schema.AGE_BUCKETS; age++) {
                builder.addAged(record, age, 1, i);
            }
        }
        Snapshot original = builder.snapshot(info(Metric.LIVE));

        Snapshot copy = Bytes.read(Bytes.written(original));

        assertThat(copy.columns().recordCount()).isEqualTo(records);
        assertThat(Canonical.text(copy)).isEqualTo(Canonical.text(original));
    }

    @Test
    void millionSeparatelySizedBlocksTakeLessThanFourBytesEach() {
        assertThat(Bytes.written(sizesOfOneTraceback(1_000_000)).length).isLessThan(4_000_000);
    }

    @Test
    void equalRecordsAreWrittenOnce() throws IOException {
        SnapshotBuilder builder = new SnapshotBuilder();
        int traceback = builder.traceback(new int[] {builder.frame("A", "a", "A.java", 1)}, 1, 1);
        for (int i = 0; i < 3; i++) {
            builder.add(builder.newRecord(traceback, 0, 0, 0, 24), Metric.LIVE, 2, 48);
        }

        Snapshot copy = Bytes.read(Bytes.written(builder.snapshot(info(Metric.LIVE))));

        assertThat(copy.columns().recordCount()).isEqualTo(1);
        assertThat(copy.columns().count(0, Metric.LIVE)).isEqualTo(6);
        assertThat(copy.columns().bytes(0, Metric.LIVE)).isEqualTo(144);
    }

    @Test
    void namesThatAFilterLeftOutDoNotReachTheFile() throws IOException {
        SnapshotBuilder builder = new SnapshotBuilder();
        int shown = builder.traceback(new int[] {builder.frame("Shown", "a", "Shown.java", 1)}, 1, 1);
        int secret = builder.traceback(new int[] {builder.frame("Secret", "b", "Secret.java", 2)}, 1, 1);
        builder.add(builder.record(shown, builder.type("ShownType"), 0, 0, 8), Metric.LIVE, 1, 8);
        builder.add(
                builder.record(secret, builder.type("SecretType"), 0, builder.thread("SecretThread"), 8),
                Metric.LIVE,
                1,
                8);
        Snapshot filtered = builder.snapshot(info(Metric.LIVE)).filter(Filter.include("Shown.java"));

        String content = new String(Bytes.gunzip(Bytes.written(filtered)), StandardCharsets.UTF_8);

        assertThat(content).contains("Shown.java").contains("ShownType").doesNotContain("Secret");
    }

    @Test
    void defaultMetricThatWasNotRecordedBecomesAllocated() throws IOException {
        SnapshotBuilder builder = new SnapshotBuilder();
        builder.recorded(Metric.ALLOCATED, Exactness.EXACT);

        Snapshot copy = Bytes.read(Bytes.written(builder.snapshot(info(Metric.LIVE))));

        assertThat(copy.defaultMetric()).isEqualTo(Metric.ALLOCATED);
        assertThat(copy.has(Metric.LIVE)).isFalse();
    }

    @Test
    void defaultMetricGivenToTheWriterWins() throws IOException {
        Snapshot original = sizesOfOneTraceback(1);

        assertThat(Bytes.read(Bytes.written(original, Metric.ALLOCATED)).defaultMetric())
                .isEqualTo(Metric.ALLOCATED);
        assertThat(Bytes.read(Bytes.written(original, Metric.FREED)).defaultMetric())
                .isEqualTo(Metric.FREED);
    }

    @Test
    void timesBeyondTheFormatBecomeTheNearestThatFit() throws IOException {
        SnapshotInfo info = new SnapshotInfo(Instant.MAX, Duration.ofDays(1_000_000), 1, 1, Metric.ALLOCATED);

        Snapshot copy = Bytes.read(Bytes.written(new SnapshotBuilder().snapshot(info)));

        assertThat(copy.info().time()).isEqualTo("2262-04-11T23:47:16.854775807Z");
        assertThat(copy.info().duration()).isEqualTo(Duration.ofNanos(Long.MAX_VALUE));
    }

    @Test
    void memoryForWritingDoesNotGrowWithTheNumberOfRecords() throws IOException {
        Snapshot small = tracebacks(100, 50, 1);
        Snapshot large = tracebacks(100, 50, 100);
        allocatedWhileWriting(small);

        long few = allocatedWhileWriting(small);
        long many = allocatedWhileWriting(large);

        // 495,000 more records; to hold a record takes 8 bytes, to pass over it again and again some garbage.
        assertThat(many).isLessThan(few + 250_000);
    }

    private static long allocatedWhileWriting(Snapshot snapshot) throws IOException {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        SnapshotWriter.write(snapshot, Metric.LIVE, OutputStream.nullOutputStream(), 5000);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static Snapshot sizesOfOneTraceback(int sizes) {
        return tracebacks(1, sizes, 1);
    }

    /** For each of so many tracebacks so many equal records of one live block of 8, of 16, of 24, … bytes. */
    private static Snapshot tracebacks(int tracebacks, int sizes, int copies) {
        SnapshotBuilder builder = new SnapshotBuilder();
        for (int i = 0; i < tracebacks; i++) {
            int traceback = builder.traceback(new int[] {builder.frame("A", "a", "A.java", i + 1)}, 1, 1);
            for (int j = sizes * copies; j > 0; j--) {
                long size = 8L * (1 + j % sizes);
                int record = builder.newRecord(traceback, 0, 0, 0, size);
                builder.add(record, Metric.ALLOCATED, 1, size);
                builder.add(record, Metric.LIVE, 1, size);
            }
        }
        return builder.snapshot(info(Metric.LIVE));
    }

    private static SnapshotInfo info(Metric defaultMetric) {
        return new SnapshotInfo(Instant.EPOCH, Duration.ZERO, 25, 1, defaultMetric);
    }
}
