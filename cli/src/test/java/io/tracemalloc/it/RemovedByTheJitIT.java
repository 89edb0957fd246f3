package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.spi.SnapshotColumns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where C2 drops a call and the counter in it, less is counted; with that optimisation off, all. */
final class RemovedByTheJitIT {

    private static final Subject REMOVED = Subject.of("known.Removed");
    private static final long LOOPS = 500_000;

    /** Boxes that the JVM and the agent make for themselves, at most. */
    private static final long FEW = 200;

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void boxesAreExactWithoutTheirElimination(int feature) {
        Snapshot exact = run(feature, "-XX:+UnlockDiagnosticVMOptions", "-XX:-EliminateAutoBox");
        Snapshot usual = run(feature);

        assertThat(count(exact, "java.lang.Integer")).isBetween(LOOPS, LOOPS + FEW);
        assertThat(count(usual, "java.lang.Integer")).isBetween(1L, LOOPS + FEW);
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void buildersAreExactWithoutTheOptimisationOfConcatenation(int feature) {
        Snapshot exact = run(feature, "-XX:-OptimizeStringConcat");
        Snapshot usual = run(feature);

        assertThat(atLine(exact)).isEqualTo(LOOPS);
        assertThat(atLine(usual)).isBetween(1L, LOOPS);
    }

    private static long atLine(Snapshot snapshot) {
        return new Found(snapshot, REMOVED.fileName())
                .line(REMOVED.lineOf("builder"))
                .get("java.lang.StringBuilder")
                .count();
    }

    private static long count(Snapshot snapshot, String type) {
        SnapshotColumns columns = snapshot.columns();
        long count = 0;
        for (int record = 0; record < columns.recordCount(); record++) {
            if (columns.typeName(columns.type(record)).equals(type)) {
                count += columns.count(record, Metric.ALLOCATED);
            }
        }
        return count;
    }

    private static Snapshot run(int feature, String... options) {
        return new Forked(JavaHome.of(feature))
                .jvm(options)
                .traced("live=off")
                .main(REMOVED, LOOPS)
                .succeed()
                .snapshot();
    }
}
