package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.spi.SnapshotColumns;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is alive, where an object comes from and how high the peak was, asked by the traced program itself. */
final class LiveIT {

    private static final Subject LIVE = Subject.of("known.Live", Subject.API);

    /** 100 arrays of 100,000 bytes and their headers. */
    private static final long TEMPORARY_BYTES = 100 * Layout.USUAL.array("byte[]", 100_000);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void exactLiveSetPeakAndOrigin(int feature) throws IOException {
        Path file = directory.resolve("live.pb.gz");

        String out = run(feature, "live=exact", file, 20_000);

        Snapshot snapshot = Snapshot.load(file);
        if (feature > 17) {
            // On 17, the operands of some frames of the JDK's linkage cannot be read, and the snapshot says so.
            assertThat(snapshot.exactness(Metric.LIVE)).isEqualTo(Exactness.EXACT);
        }
        assertThat(live(snapshot, "kept")).isEqualTo(10_000);
        assertThat(live(snapshot, "kept arrays")).isEqualTo(10_000);
        assertThat(live(snapshot, "referred")).isEqualTo(20_000);
        assertThat(live(snapshot, "dropped")).isZero();
        assertThat(out).contains("kept at Optional[" + LIVE.lineOf("kept") + "]\n", "equal Optional.empty\n");
        long peak = Long.parseLong(out.replaceAll("(?s).*peak (-?\\d+).*", "$1"));
        // What the program and the JDK allocate beside, or let go of meanwhile, is little.
        assertThat(peak).isBetween(TEMPORARY_BYTES - 100_000, TEMPORARY_BYTES + 500_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void sampledLiveSetIsWithinFiveSigma(int feature) throws IOException {
        Path file = directory.resolve("live.pb.gz");
        int n = 100_000;
        long interval = 16 * 1024;

        run(feature, "live=sampled,interval=16k", file, n);

        Snapshot snapshot = Snapshot.load(file);
        assertThat(snapshot.exactness(Metric.LIVE)).isEqualTo(Exactness.ESTIMATED);
        assertThat(live(snapshot, "kept")).isCloseTo(n / 2, within(fiveSigma(n / 2, 32, interval)));
        assertThat(live(snapshot, "kept arrays")).isCloseTo(n / 2, within(fiveSigma(n / 2, 56, interval)));
        assertThat(live(snapshot, "dropped")).isZero();
    }

    /** Of an estimate of that many blocks: each is seen with p and then weighs 1/p, so the variance is n(1-p)/p. */
    private static long fiveSigma(long blocks, long size, long interval) {
        double p = -Math.expm1(-(double) size / interval);
        return (long) Math.ceil(5 * Math.sqrt(blocks * (1 - p) / p));
    }

    private static String run(int feature, String options, Path file, int n) {
        Forked forked = new Forked(JavaHome.of(feature)).agent(options).with(Subject.API);
        return forked.main(LIVE, file, n).succeed().out();
    }

    private static long live(Snapshot snapshot, String marker) {
        SnapshotColumns columns = snapshot.columns();
        int line = LIVE.lineOf(marker);
        String type = switch (marker) {
            case "kept" -> "known.Live$Kept";
            case "referred" -> "known.Live$Referred";
            case "dropped" -> "known.Live$Dropped";
            default -> "int[]";
        };
        long count = 0;
        for (int record = 0; record < columns.recordCount(); record++) {
            int frame = columns.tracebackFrame(columns.traceback(record), 0);
            if (columns.frameFile(frame).equals(LIVE.fileName())
                    && columns.frameLine(frame) == line
                    && columns.typeName(columns.type(record)).equals(type)) {
                count += columns.count(record, Metric.LIVE);
            }
        }
        return count;
    }
}
