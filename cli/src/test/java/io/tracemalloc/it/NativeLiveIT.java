package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.spi.SnapshotColumns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Live, peak and temporary values of the native backend, and where an object comes from. */
final class NativeLiveIT {

    private static final Subject LIVE = Subject.of("known.Live", Subject.API);
    private static final Subject TEMPORARY = Subject.of("known.Temporary", Subject.API);
    private static final int N = 5_000;

    /** 100 arrays of 100,000 bytes and their headers. */
    private static final long TEMPORARY_BYTES = 100 * Layout.USUAL.array("byte[]", 100_000);

    @TempDir
    private Path directory;

    private static Stream<List<String>> variants() {
        return Stream.of(
                List.of("17", "-XX:+UseG1GC"),
                List.of("17", "-XX:+UseParallelGC"),
                List.of("17", "-XX:+UseSerialGC"),
                List.of("17", "-XX:+UseZGC"),
                List.of("17", "-XX:+UseShenandoahGC"),
                List.of("25", "-XX:+UseG1GC"),
                List.of("25", "-XX:+UseParallelGC"),
                List.of("25", "-XX:+UseSerialGC"),
                List.of("25", "-XX:+UseZGC"),
                List.of("25", "-XX:+UseShenandoahGC"));
    }

    /** Nothing is optimised away, and the heap is large enough for the explicit collections to be the only ones. */
    @ParameterizedTest
    @MethodSource("variants")
    void tellsLiveFromTemporaryAndPeak(List<String> variant) {
        Snapshot snapshot = new Forked(JavaHome.of(Integer.parseInt(variant.get(0))))
                .jvm(variant.get(1), "-XX:TieredStopAtLevel=1", "-Xms512m", "-Xmn200m")
                .traced("backend=jvmti,interval=1,frames=4,live=exact")
                .with(Subject.API)
                .main(TEMPORARY, N)
                .succeed()
                .snapshot();

        assertThat(snapshot.exactness(Metric.LIVE)).isEqualTo(Exactness.EXACT);
        assertThat(snapshot.exactness(Metric.TEMPORARY)).isEqualTo(Exactness.EXACT);
        assertThat(count(snapshot, "kept", Metric.LIVE)).isEqualTo(N);
        assertThat(count(snapshot, "kept", Metric.TEMPORARY)).isZero();
        assertThat(count(snapshot, "kept", Metric.PEAK)).isEqualTo(N);
        assertThat(count(snapshot, "dropped", Metric.LIVE)).isZero();
        assertThat(count(snapshot, "dropped", Metric.TEMPORARY)).isEqualTo(N);
        assertThat(count(snapshot, "dropped", Metric.PEAK)).isEqualTo(N);
        assertThat(count(snapshot, "once", Metric.LIVE)).isZero();
        assertThat(count(snapshot, "once", Metric.TEMPORARY)).isZero();
        assertThat(count(snapshot, "once", Metric.ALLOCATED)).isEqualTo(N);
        assertThat(count(snapshot, "once", Metric.PEAK)).isEqualTo(N);
        assertThat(snapshot.allocatedBefore(1))
                .hasValueSatisfying(time -> assertThat(time)
                        .isBefore(snapshot.info().time().plusSeconds(2))
                        .isAfter(snapshot.info().time().minusSeconds(300)));
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void answersTheProgramThatItTraces(int feature) throws IOException {
        Path file = directory.resolve("live.pb.gz");

        String out = new Forked(JavaHome.of(feature))
                .agent("backend=jvmti,live=exact")
                .with(Subject.API)
                .main(LIVE, file, 20_000)
                .succeed()
                .out();

        assertThat(out).contains("kept at Optional[" + LIVE.lineOf("kept") + "]\n", "equal Optional.empty\n");
        // What a snapshot allocates through the JDK, its caller far out, is the tracer's.
        assertThat(Long.parseLong(out.replaceAll("(?s).*own (-?\\d+).*", "$1"))).isBetween(-5_000L, 5_000L);
        long peak = Long.parseLong(out.replaceAll("(?s).*peak (-?\\d+).*", "$1"));
        // What the program and the JDK allocate beside, or let go of meanwhile, is little.
        assertThat(peak).isBetween(TEMPORARY_BYTES - 100_000, TEMPORARY_BYTES + 500_000);
        Snapshot snapshot = Snapshot.load(file);
        assertThat(snapshot.exactness(Metric.LIVE)).isEqualTo(Exactness.EXACT);
    }

    private static long count(Snapshot snapshot, String marker, Metric metric) {
        SnapshotColumns columns = snapshot.columns();
        int line = TEMPORARY.lineOf(marker);
        String type = "known.Temporary$" + Character.toUpperCase(marker.charAt(0)) + marker.substring(1);
        long count = 0;
        for (int record = 0; record < columns.recordCount(); record++) {
            int frame = columns.tracebackFrame(columns.traceback(record), 0);
            if (columns.frameLine(frame) == line
                    && columns.typeName(columns.type(record)).equals(type)) {
                count += columns.count(record, metric);
            }
        }
        return count;
    }
}
