package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.spi.SnapshotColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * At an interval of 1 the native backend records every byte that the JVM says a thread has allocated, kind by kind: the
 * traced program itself reads the JVM's account of its thread around each kind.
 */
final class NativeCompletenessIT {

    private static final Subject RESTARTED = Subject.of("known.Restarted", Subject.API);
    private static final Subject KINDS = Subject.of("known.Kinds");
    /** JDK 17 tells nothing of the mirrors of array classes, of which some kinds need up to four. */
    private static final double TOLERANCE = 0.001;

    private static final int KINDS_AT_LEAST = 20;

    private static Stream<List<String>> variants() {
        return Stream.of(
                List.of("17", "-XX:+UseG1GC"),
                List.of("17", "-XX:+UseParallelGC"),
                List.of("17", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of("17", "-XX:+UseZGC"),
                List.of("17", "-XX:+UseShenandoahGC", "-Xint"),
                List.of("21", "-XX:+UseG1GC"),
                List.of("25", "-XX:+UseG1GC"),
                List.of("25", "-XX:+UseParallelGC", "-XX:+UseCompactObjectHeaders"),
                List.of("25", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of("25", "-XX:+UseZGC"),
                List.of("25", "-XX:+UseShenandoahGC", "-Xint"));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void everyByteOfEveryKindIsRecorded(List<String> variant) {
        Forked forked = new Forked(JavaHome.of(Integer.parseInt(variant.get(0))))
                .jvm(variant.subList(1, variant.size()).toArray(String[]::new))
                .traced("backend=jvmti,frames=256,interval=1,live=off")
                .main(KINDS, "accounts", 6_000, 200);

        Forked.Ended ended = forked.succeed();

        Map<String, Long> recorded = byKind(ended.snapshot());
        Map<String, Long> accounts = accounts(ended.out());
        List<String> differences = new ArrayList<>();
        accounts.forEach((kind, bytes) -> {
            long found = recorded.getOrDefault(kind, 0L);
            if (Math.abs(found - bytes) > bytes * TOLERANCE) {
                differences.add("%s: really %d, recorded %d".formatted(kind, bytes, found));
            }
        });
        assertThat(accounts).hasSizeGreaterThanOrEqualTo(KINDS_AT_LEAST);
        assertThat(differences).isEmpty();
        assertThat(ended.snapshot().exactness(Metric.ALLOCATED)).isEqualTo(Exactness.EXACT);
    }

    /** Buffers that were cut while nobody sampled have no sample points. */
    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void everyBlockOfEverySessionIsRecorded(int feature) {
        String told = new Forked(JavaHome.of(feature))
                .agent("0")
                .with(Subject.API)
                .main(RESTARTED, 100)
                .succeed()
                .out();

        assertThat(told).isEqualTo("100\n".repeat(5));
    }

    private static Map<String, Long> accounts(String out) {
        Map<String, Long> accounts = new TreeMap<>();
        out.lines()
                .filter(line -> !line.startsWith("done"))
                .map(line -> line.split(" "))
                .forEach(parts -> accounts.put(parts[0], Long.parseLong(parts[1])));
        return accounts;
    }

    /** Bytes of every method that main calls, with all that it called itself. */
    private static Map<String, Long> byKind(Snapshot snapshot) {
        Map<String, Long> bytes = new TreeMap<>();
        SnapshotColumns columns = snapshot.columns();
        for (int record = 0; record < columns.recordCount(); record++) {
            int traceback = columns.traceback(record);
            int main = columns.tracebackLength(traceback) - 1;
            int called = columns.tracebackFrame(traceback, Math.max(0, main - 1));
            if (columns.frameClass(called).equals(KINDS.mainClass())) {
                bytes.merge(columns.frameMethod(called), columns.bytes(record, Metric.ALLOCATED), Long::sum);
            }
        }
        return bytes;
    }
}
