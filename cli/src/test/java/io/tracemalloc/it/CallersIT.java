package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.it.Expectations.Allocated;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.Statistic;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the JDK allocates counts for the line of the program that called it, block by block. */
final class CallersIT {

    private static final Subject CALLERS = Subject.of("known.Callers");
    private static final int N = 20_000;
    private static final long NODE = 24;
    private static final String LIST_NODE = "java.util.LinkedList$Node";

    @ParameterizedTest
    @CsvSource({
        "17, -XX:+UseG1GC", "17, -Xint", "17, -XX:TieredStopAtLevel=1", "17, -XX:-BackgroundCompilation",
        "25, -XX:+UseG1GC", "25, -Xint", "25, -XX:TieredStopAtLevel=1", "25, -XX:-BackgroundCompilation"
    })
    void eachLineHasWhatTheJdkAllocatedForIt(int feature, String how) {
        Snapshot snapshot = run(feature, "frames=2,live=off,callers=exact", how);

        check(snapshot);
    }

    @ParameterizedTest
    @CsvSource({"17, -XX:+UseG1GC", "25, -XX:+UseG1GC"})
    void sampledTracebacksDoNotChangeIt(int feature, String how) {
        Snapshot snapshot = run(feature, "frames=25,interval=4k,callers=exact", how);

        check(snapshot);
    }

    private static void check(Snapshot snapshot) {
        assertThat(snapshot.exactness(Metric.ALLOCATED)).isEqualTo(Exactness.EXACT_BY_CALLER);
        Snapshot own = snapshot.attributeToApplication(List.of());
        assertThat(own.exactness(Metric.ALLOCATED)).isEqualTo(Exactness.EXACT_BY_SITE);
        assertThat(own.statistics(GroupBy.LINE, false, Metric.ALLOCATED)).noneMatch(Statistic::estimated);
        assertThat(snapshot.attributeToApplication(List.of("no.such.*")).exactness(Metric.ALLOCATED))
                .isEqualTo(Exactness.ESTIMATED);
        Found found = new Found(own, CALLERS.fileName());
        for (String line : List.of("left", "right", "right again", "after", "task", "kept")) {
            assertThat(found.line(CALLERS.lineOf(line))).as(line).isEqualTo(Map.of(LIST_NODE, blocks(NODE)));
        }
        assertThat(found.line(CALLERS.lineOf("outer"))).containsEntry("java.util.HashMap$Node", blocks(32));
        assertThat(found.line(CALLERS.lineOf("outer"))).doesNotContainKey(LIST_NODE);
        assertThat(found.line(CALLERS.lineOf("inner"))).isEqualTo(Map.of(LIST_NODE, blocks(NODE)));
        assertThat(found.line(CALLERS.lineOf("fails"))).containsEntry("java.lang.NumberFormatException", blocks(40));
        assertThat(found.line(CALLERS.lineOf("tree"))).containsEntry("java.util.TreeMap$Entry", blocks(40));
    }

    private static Allocated blocks(long size) {
        return new Allocated(N, N * size);
    }

    private static Snapshot run(int feature, String options, String how) {
        return new Forked(JavaHome.of(feature))
                .jvm(how)
                .traced(options)
                .main(CALLERS, N)
                .succeed()
                .snapshot();
    }
}
