package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Snapshot;
import io.tracemalloc.it.Expectations.Allocated;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where C2 drops a call and the counter in it, less is counted; with that optimisation off, all. */
final class RemovedByTheJitIT {

    private static final Subject REMOVED = Subject.of("known.Removed");
    private static final Subject BUILT = Subject.of("known.Built");
    private static final long LOOPS = 500_000;

    /** Strings that {@link #BUILT} makes in each loop. */
    private static final long STRINGS = 8;

    /** Boxes, or strings, that the JVM and the agent make for themselves, at most. */
    private static final long FEW = 200;

    private static final long FEW_STRINGS = 2_000;

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void boxesAreExactWithoutTheirElimination(int feature) {
        Snapshot exact = run(feature, "-XX:+UnlockDiagnosticVMOptions", "-XX:-EliminateAutoBox");
        Snapshot usual = run(feature);

        assertThat(boxes(exact)).isBetween(LOOPS, LOOPS + FEW);
        assertThat(boxes(usual)).isBetween(1L, LOOPS + FEW);
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void buildersAreExactWithoutTheOptimisationOfConcatenation(int feature) {
        Snapshot exact = run(feature, "-XX:-OptimizeStringConcat");
        Snapshot usual = run(feature);

        assertThat(atLine(exact)).isEqualTo(LOOPS);
        assertThat(atLine(usual)).isBetween(1L, LOOPS);
    }

    /** C2 drops the calls that make them, so those of its making count at the line of {@code toString()}. */
    @ParameterizedTest
    @CsvSource({
        "17, live=off",
        "25, live=off",
        "17, 'live=off,frames=8,backend=bytebuddy'",
        "25, 'live=off,frames=8,backend=bytebuddy'"
    })
    void stringsOfReplacedBuildersAreExact(int feature, String options) {
        // In the foreground: a busy machine may not get to compile it otherwise.
        Snapshot snapshot = run(BUILT, feature, options, "-XX:-BackgroundCompilation");

        assertExact(snapshot);
        for (String line : List.of("builder", "buffer", "wide")) {
            Map<String, Allocated> found = new Found(snapshot, BUILT.fileName()).line(BUILT.lineOf(line));
            long strings = found.get("java.lang.String").count();
            assertThat(strings).as(line).isBetween(1L, LOOPS);
            assertThat(found.get("byte[]").count()).as(line).isEqualTo(strings);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void stringsOfBuildersAreExactWithCallers(int feature) {
        assertExact(run(BUILT, feature, "live=off,frames=2,callers=exact"));
    }

    private static void assertExact(Snapshot snapshot) {
        assertThat(new Found(snapshot, BUILT.fileName())
                        .total("java.lang.String")
                        .count())
                .isBetween(STRINGS * LOOPS, STRINGS * LOOPS + FEW_STRINGS);
    }

    private static long atLine(Snapshot snapshot) {
        return new Found(snapshot, REMOVED.fileName())
                .line(REMOVED.lineOf("builder"))
                .get("java.lang.StringBuilder")
                .count();
    }

    private static long boxes(Snapshot snapshot) {
        return new Found(snapshot, REMOVED.fileName())
                .total("java.lang.Integer")
                .count();
    }

    private static Snapshot run(int feature, String... flags) {
        return run(REMOVED, feature, "live=off", flags);
    }

    private static Snapshot run(Subject subject, int feature, String options, String... flags) {
        return new Forked(JavaHome.of(feature))
                .jvm(flags)
                .traced(options)
                .main(subject, LOOPS)
                .succeed()
                .snapshot();
    }
}
