package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.spi.SnapshotColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is counted with a traceback for every block, held against the JVM's own account of each thread: the program
 * prints the bytes that each of its methods really allocated, untraced; then it runs under the agent.
 */
final class CompletenessIT {

    private static final Subject KINDS = Subject.of("known.Kinds");
    private static final int LOOPS = 4_000;

    /** So that linkage, growing tables and the like happen before; both runs warm up. */
    private static final int WARM_UP = 300;

    /** What a method may differ by: linkage and caches, less than 8 bytes a loop; and, in parts of its bytes, what natives allocate. */
    private static final long SLACK_BYTES = 28 * 1024;

    private static final double SLACK_SHARE = 0.01;

    /** These exceptions and their messages come from the VM itself: no byte code sees them. */
    private static final Set<String> VM_ALLOCATES_TOO = Set.of("negativeSizes");

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void everyByteOfEveryKindIsCounted(int feature) {
        JavaHome home = JavaHome.of(feature);
        Map<String, Long> truth = new TreeMap<>();
        new Forked(home)
                .jvm("-Xint")
                .main(KINDS, "truth", LOOPS, WARM_UP)
                .succeed()
                .out()
                .lines()
                .map(line -> line.split(" "))
                .forEach(parts -> truth.put(parts[0], Long.parseLong(parts[1])));

        Map<String, Long> few = byMethod(run(home, 0));
        Map<String, Long> many = byMethod(run(home, LOOPS));

        List<String> differences = new ArrayList<>();
        truth.forEach((kind, bytes) -> {
            long counted = many.getOrDefault(kind, 0L) - few.getOrDefault(kind, 0L);
            if (!VM_ALLOCATES_TOO.contains(kind) && Math.abs(bytes - counted) > SLACK_BYTES + bytes * SLACK_SHARE) {
                differences.add("%s: really %d, counted %d".formatted(kind, bytes, counted));
            }
        });
        assertThat(differences).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void linesOfTheProgramGetWhatTheJdkAllocatesForThem(int feature) {
        Snapshot snapshot = run(JavaHome.of(feature), LOOPS);

        Found found = new Found(snapshot.attributeToApplication(List.of()), KINDS.fileName());
        List<String> differences = new ArrayList<>();
        for (Expectations.Line line : Expectations.of(KINDS, "app", LOOPS + WARM_UP, Layout.USUAL)) {
            differences.addAll(line.withLinkage().differences(found.line(line.number())));
        }
        assertThat(snapshot.exactness(Metric.ALLOCATED)).isEqualTo(Exactness.EXACT);
        assertThat(differences).isEmpty();
    }

    /* Without cache: parts of method handles that the JDK makes once are made by the agent if it reads one. */
    private static Snapshot run(JavaHome home, int loops) {
        return new Forked(home)
                .environment("TRACEMALLOC_CACHE", "off")
                .jvm("-XX:TieredStopAtLevel=1")
                .traced("frames=256,interval=1,live=off")
                .main(KINDS, "run", loops, WARM_UP)
                .succeed()
                .snapshot();
    }

    /** Bytes of every method of the subject, with all that it called, but for linkage, which comes when it likes. */
    private static Map<String, Long> byMethod(Snapshot snapshot) {
        Map<String, Long> bytes = new TreeMap<>();
        SnapshotColumns columns = snapshot.columns();
        for (int record = 0; record < columns.recordCount(); record++) {
            String kind = kind(columns, columns.traceback(record));
            if (!kind.isEmpty()) {
                bytes.merge(kind, columns.bytes(record, Metric.ALLOCATED), Long::sum);
            }
        }
        return bytes;
    }

    /** The outermost method of the subject within main; empty if there is none, or if it was being linked. */
    private static String kind(SnapshotColumns columns, int traceback) {
        String kind = "";
        for (int i = 0; i < columns.tracebackLength(traceback); i++) {
            int frame = columns.tracebackFrame(traceback, i);
            String className = columns.frameClass(frame);
            if (className.equals("java.lang.invoke.MethodHandleNatives")) {
                return "";
            }
            if (className.equals(KINDS.mainClass())
                    && !columns.frameMethod(frame).equals("main")) {
                kind = columns.frameMethod(frame);
            }
        }
        return kind;
    }
}
