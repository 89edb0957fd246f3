package io.tracemalloc.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.fail;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.RandomSnapshots;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotContents;
import io.tracemalloc.SnapshotFixture;
import io.tracemalloc.SnapshotFormatException;
import io.tracemalloc.SnapshotInfo;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every snapshot format keeps to. Extend it, and say which format is meant. */
public abstract class SnapshotFormatContract {

    private static final int MANY = 40;

    /** The format under test. */
    protected abstract SnapshotFormatProvider format();

    private byte[] written(Snapshot snapshot) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        format().write(snapshot, snapshot.defaultMetric(), out);
        return out.toByteArray();
    }

    private Snapshot read(byte[] bytes) throws IOException {
        return format().read(new ByteArrayInputStream(bytes));
    }

    @Test
    void introducesItself() {
        assertThat(format().name()).matches("[a-z][a-z0-9-]*");
        assertThat(format().suffix()).startsWith(".").hasSizeGreaterThan(1);
        assertThat(format().availability().isAvailable()).isTrue();
    }

    @Test
    void readsBackEverythingItWrote() throws IOException {
        for (int seed = 0; seed < MANY; seed++) {
            Snapshot snapshot = new RandomSnapshots(seed).next(seed * 10);

            SnapshotContents.assertSame(read(written(snapshot)), snapshot);
        }
    }

    @Test
    void readsBackASnapshotWithoutAnything() throws IOException {
        Snapshot snapshot = new SnapshotBuilder().snapshot(SnapshotFixture.info());

        Snapshot copy = read(written(snapshot));

        assertThat(copy.traces()).isEmpty();
        assertThat(copy.metrics()).isEmpty();
    }

    @Test
    void readsBackTheLargestNumbers() throws IOException {
        SnapshotBuilder builder = new SnapshotBuilder();
        int frame = builder.frame("A", "a", "A.java", Integer.MAX_VALUE);
        int traceback = builder.traceback(new int[] {frame}, 1, Integer.MAX_VALUE);
        int record = builder.record(traceback, 0, Integer.MAX_VALUE, 0, Long.MAX_VALUE);
        builder.add(record, Metric.ALLOCATED, 1, Long.MAX_VALUE);
        builder.add(record, Metric.LIVE, Long.MAX_VALUE, 1);
        builder.dropped(Long.MAX_VALUE);
        builder.recorded(Metric.PEAK, Exactness.ESTIMATED);
        Snapshot snapshot = builder.snapshot(SnapshotFixture.info());

        SnapshotContents.assertSame(read(written(snapshot)), snapshot);
    }

    @Test
    void keepsTheMetricThatIsShownFirst() throws IOException {
        Snapshot snapshot = SnapshotFixture.live(SnapshotFixture.block(8, SnapshotFixture.at("A.java", 1)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        format().write(snapshot, Metric.ALLOCATED, out);

        assertThat(read(out.toByteArray()).defaultMetric()).isEqualTo(Metric.ALLOCATED);
    }

    @Test
    void keepsAbsentMetricsAbsent() throws IOException {
        Snapshot snapshot = SnapshotFixture.allocatedOnly(SnapshotFixture.block(8, SnapshotFixture.at("A.java", 1)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        format().write(snapshot, Metric.ALLOCATED, out);

        assertThat(read(out.toByteArray()).metrics()).containsExactly(Metric.ALLOCATED);
    }

    @Test
    void writesEqualBytesForEqualSnapshots() throws IOException {
        assertThat(written(new RandomSnapshots(5).next(200))).isEqualTo(written(new RandomSnapshots(5).next(200)));
    }

    @Test
    void knowsItsOwnAndRefusesWhatIsForeign() throws IOException {
        byte[] own = written(new RandomSnapshots(5).next(20));
        List<byte[]> foreign = List.of(
                HexFormat.of().parseHex("89504e470d0a1a0a0000000d49484452"),
                HexFormat.of().parseHex("504b0304140000000800"),
                HexFormat.of().parseHex("464c5200000200010000"),
                "hello, world\n".repeat(20).getBytes(StandardCharsets.UTF_8),
                new byte[1000]);

        assertThat(format().reads(Arrays.copyOf(own, Math.min(own.length, SnapshotFormatProvider.PROBE_LENGTH))))
                .isTrue();
        for (byte[] bytes : foreign) {
            assertThat(format().reads(
                                    Arrays.copyOf(bytes, Math.min(bytes.length, SnapshotFormatProvider.PROBE_LENGTH))))
                    .as("reads what others may")
                    .isFalse();
            assertRefused(bytes);
        }
        assertRefused(new byte[0]);
    }

    @Test
    void looksAtShortStarts() throws IOException {
        byte[] own = written(new RandomSnapshots(5).next(20));

        assertThat(format().reads(new byte[0])).isFalse();
        for (int length = 1; length < SnapshotFormatProvider.PROBE_LENGTH; length++) {
            byte[] start = Arrays.copyOf(own, length);
            assertThatCode(() -> format().reads(start)).doesNotThrowAnyException();
        }
    }

    @Test
    void writesAndReadsOnSeveralThreadsAtOnce() throws IOException {
        SnapshotFormatProvider shared = format();
        List<Snapshot> snapshots = IntStream.range(0, MANY)
                .mapToObj(seed -> new RandomSnapshots(seed).next(seed * 10))
                .toList();

        assertThat(snapshots.parallelStream().map(each -> copied(shared, each)).toList())
                .zipSatisfy(snapshots, SnapshotContents::assertSame);
    }

    private static Snapshot copied(SnapshotFormatProvider format, Snapshot snapshot) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            format.write(snapshot, snapshot.defaultMetric(), out);
            return format.read(new ByteArrayInputStream(out.toByteArray()));
        } catch (IOException damaged) {
            throw new UncheckedIOException(damaged);
        }
    }

    @Test
    void refusesWhateverIsCutOff() throws IOException {
        byte[] bytes = written(new RandomSnapshots(6).next(100));

        for (int length = 0; length < bytes.length; length += Math.max(1, bytes.length / 200)) {
            assertRefused(Arrays.copyOf(bytes, length));
        }
        assertRefused(Arrays.copyOf(bytes, bytes.length - 1));
    }

    /** A flip may go unseen where it changes nothing; it must never end in anything but a snapshot or a refusal. */
    @Test
    void survivesFlippedBits() throws IOException {
        byte[] bytes = written(new RandomSnapshots(7).next(100));
        Random random = new Random(8);
        for (int i = 0; i < 500; i++) {
            byte[] flipped = bytes.clone();
            flipped[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                assertThat(read(flipped).traces()).isNotNull();
            } catch (SnapshotFormatException refused) {
                assertThat(refused.getMessage()).isNotBlank().doesNotContain("\n");
            }
        }
    }

    private void assertRefused(byte[] bytes) {
        assertThatExceptionOfType(SnapshotFormatException.class)
                .isThrownBy(() -> read(bytes))
                .satisfies(
                        refused -> assertThat(refused.getMessage()).isNotBlank().doesNotContain("\n"));
    }

    @Test
    void readsFromStreamsThatGiveLittleAtATime() throws IOException {
        Snapshot snapshot = new RandomSnapshots(9).next(50);
        InputStream slow = new FilterInputStream(new ByteArrayInputStream(written(snapshot))) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return super.read(target, offset, Math.min(1, length));
            }
        };

        SnapshotContents.assertSame(format().read(slow), snapshot);
    }

    @Test
    void passesOnFailuresOfStreams() {
        Snapshot snapshot = new RandomSnapshots(10).next(50);
        OutputStream full = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("disk full");
            }
        };
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("cable cut");
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                throw new IOException("cable cut");
            }
        };

        assertThatIOException()
                .isThrownBy(() -> format().write(snapshot, snapshot.defaultMetric(), full))
                .withMessage("disk full");
        assertThatIOException().isThrownBy(() -> format().read(broken)).withMessage("cable cut");
    }

    @Test
    void leavesStreamsOpen() throws IOException {
        Snapshot snapshot = new RandomSnapshots(11).next(50);
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public void close() {
                fail("closed the output");
            }
        };

        format().write(snapshot, snapshot.defaultMetric(), out);
        InputStream in = new ByteArrayInputStream(out.toByteArray()) {
            @Override
            public void close() {
                fail("closed the input");
            }
        };

        SnapshotContents.assertSame(format().read(in), snapshot);
    }

    @Test
    void keepsTimesToTheNanosecond() throws IOException {
        SnapshotInfo info = new SnapshotInfo(
                Instant.ofEpochSecond(1_700_000_000L, 123_456_789),
                Duration.ofNanos(987_654_321),
                65_535,
                524_288,
                Metric.LIVE);
        SnapshotBuilder builder = new SnapshotBuilder();
        builder.recorded(Metric.LIVE, Exactness.EXACT);

        assertThat(read(written(builder.snapshot(info))).info()).isEqualTo(info);
    }
}
