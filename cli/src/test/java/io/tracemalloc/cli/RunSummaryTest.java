package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunSummaryTest {

    @Test
    void showsTotalsOwnLinesAndClasses() {
        List<String> lines = RunSummary.lines(
                Samples.program().attribute("unattributed_bytes", "5990").snapshot(),
                1,
                Duration.ofMillis(1_234),
                List.of());

        assertThat(lines)
                .containsExactly(
                        "585 KiB in 160 blocks allocated by 1 JVM in 1.2 s",
                        "unattributed: 5990 B (1.0 %)",
                        "",
                        "lines of the program that allocate most, with what libraries allocate for them:",
                        "   583 KiB   99.7 %             100  com/acme/Parser.java:42",
                        "    1600 B    0.3 %              50  com/acme/Cache.java:9",
                        "     240 B    0.0 %              10  com/acme/Main.java:9",
                        "",
                        "classes allocated most:",
                        "   583 KiB   99.7 %             100  byte[]",
                        "    1600 B    0.3 %              50  java.util.HashMap$Node",
                        "     240 B    0.0 %              10  java.lang.String");
    }

    @Test
    void comparesWhatWasMissedWithWhatTheHeapGotInTheSameTime() {
        List<String> lines = linesOf(
                Samples.program().attribute("unattributed_bytes", "5990").attribute("heap_allocated_bytes", "59900"));

        assertThat(lines)
                .contains("unattributed: 5990 B (10.0 % of the 58.5 KiB since the heap's accounts were opened)");
    }

    @Test
    void leavesOutTheTimeWhereItIsNearlyTheWhole() {
        List<String> lines = linesOf(
                Samples.program().attribute("unattributed_bytes", "5990").attribute("heap_allocated_bytes", "599000"));

        assertThat(lines).contains("unattributed: 5990 B (1.0 %)");
    }

    @Test
    void doesNotCountNativeMemoryAsMissedByTheHeapsAccounts() {
        List<String> lines = linesOf(Samples.exact()
                .add("byte[]", 1, 1_000, "com.acme.Main main 7")
                .addNative(1, 9_000, "com.acme.Main main 8")
                .attribute("unattributed_bytes", "100")
                .attribute("heap_allocated_bytes", "1000"));

        assertThat(lines).contains("unattributed: 100 B (10.0 %)");
    }

    @Test
    void tellsMemoryOutsideTheHeapFromClasses() {
        List<String> lines = linesOf(Samples.exact()
                .add("byte[]", 1, 1_000, "com.acme.Main main 7")
                .addNative(2, 9_000, "com.acme.Main main 8"));

        assertThat(lines)
                .endsWith(
                        "classes allocated most:",
                        "    1000 B   10.0 %               1  byte[]",
                        "    9000 B   90.0 %               2  of no class: memory outside the Java heap");
    }

    @Test
    void leavesOutLinesThatAreNotTheProgramsOwn() {
        List<String> lines = RunSummary.lines(
                Samples.exact()
                        .add("byte[]", 1, 1_000, "java.util.Arrays copyOf 3512")
                        .add("byte[]", 1, 500, "org.lib.Tool use 5")
                        .add("byte[]", 1, 16, "com.acme.Main main 7")
                        .snapshot(),
                2,
                Duration.ofSeconds(1),
                List.of("org.lib.*"));

        assertThat(lines)
                .containsSubsequence(
                        "      16 B    1.1 %               1  com/acme/Main.java:7",
                        "    1500 B   98.9 %               2  for no known line of the program")
                .noneMatch(line -> line.contains("Arrays.java") || line.contains("Tool.java"))
                .first()
                .isEqualTo("1516 B in 3 blocks allocated by 2 JVMs in 1.0 s");
    }

    @Test
    void showsAnyLinesIfTheProgramHasNone() {
        List<String> lines = linesOf(Samples.exact().add("byte[]", 1, 1_000, "java.util.Arrays copyOf 3512"));

        assertThat(lines)
                .containsSubsequence(
                        "lines that allocate most:", "    1000 B  100.0 %               1  java/util/Arrays.java:3512");
    }

    @Test
    void printsTenLinesAtMost() {
        Samples many = Samples.exact();
        for (int line = 1; line <= 12; line++) {
            many.add("int[]", line, line * 16L, "com.acme.Many fill " + line);
        }

        assertThat(RunSummary.lines(many.snapshot(), 1, Duration.ofSeconds(1), List.of()))
                .filteredOn(line -> line.contains("Many.java"))
                .hasSize(10);
    }

    @Test
    void saysWhatIsEstimatedRemovedOrDropped() {
        List<String> lines = RunSummary.lines(
                new Samples()
                        .recorded(Metric.ALLOCATED, Exactness.ESTIMATED)
                        .addAllocated("byte[]", 1, 16, Samples.PARSE)
                        .attribute("removed_by_jit_bytes", "2048")
                        .attribute("not_instrumented_classes", "1")
                        .dropped(5)
                        .snapshot(),
                1,
                Duration.ofSeconds(1),
                List.of());

        assertThat(lines)
                .startsWith(
                        "16 B in 1 block allocated by 1 JVM in 1.0 s (estimated from samples)",
                        "removed by the JIT (at least): 2048 B",
                        "5 events dropped by the tracer",
                        "not instrumented, and their allocations not counted: 1 class")
                .contains("classes allocated most (estimated):");
    }

    private static List<String> linesOf(Samples samples) {
        return RunSummary.lines(samples.snapshot(), 1, Duration.ofMillis(1_234), List.of());
    }
}
