package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffCommandTest {

    @TempDir
    Path directory;

    private String before = "";
    private String after = "";

    @BeforeEach
    void writeSnapshots() {
        before = Samples.exact()
                .add("byte[]", 10, 1_000, Samples.PARSE)
                .add("int[]", 4, 400, "com.acme.Gone go 5")
                .in(directory, "before.pb.gz");
        after = Samples.exact()
                .add("byte[]", 30, 3_000, Samples.PARSE)
                .add("long[]", 1, 160, "com.acme.Fresh come 6")
                .in(directory, "after.pb.gz");
    }

    @Test
    void printsNewMinusOldAsTracemallocDoes() {
        CommandRun run = CommandRun.of("diff", before, after);

        assertThat(run.out().lines())
                .containsExactly(
                        "com/acme/Parser.java:42: size=3000 B (+2000 B), count=30 (+20), average=100 B",
                        "com/acme/Gone.java:5: size=0 B (-400 B), count=0 (-4)",
                        "com/acme/Fresh.java:6: size=160 B (+160 B), count=1 (+1), average=160 B");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void tellsTheRestAndTheTotal() {
        assertThat(CommandRun.of("diff", before, after, "--limit", "2").err())
                .isEqualTo("tracemalloc: 1 other; total allocated: 3160 B (+1760 B) in 31 blocks\n");
    }

    @Test
    void writesTheJsonOfTheContract() {
        CommandRun run =
                CommandRun.of("diff", before, after, "--format", "json", "--limit", "1", "--group-by", "class");

        assertThat(run.out()).isEqualTo("""
                {"schema": "tracemalloc.diff/1", "group_by": "class", "cumulative": false, "metric": "allocated", "estimated": false,
                 "statistics": [
                 {"traceback": [], "key": "byte[]", "size": 3000, "size_diff": 2000, "count": 30, "count_diff": 20}]}
                """);
    }

    @Test
    void writesCsvAndMarkdown() {
        assertThat(CommandRun.of("diff", before, after, "--format", "csv", "--group-by", "file")
                        .out()
                        .lines())
                .containsExactly(
                        "file,size,size_diff,count,count_diff",
                        "com/acme/Parser.java,3000,2000,30,20",
                        "com/acme/Gone.java,0,-400,0,-4",
                        "com/acme/Fresh.java,160,160,1,1");
        assertThat(CommandRun.of("diff", before, after, "--format", "markdown", "--limit", "1")
                        .out()
                        .lines())
                .containsExactly(
                        "| line | size | +/- | count | +/- |",
                        "|---|--:|--:|--:|--:|",
                        "| `com/acme/Parser.java:42` | 3000 B | +2000 B | 30 | +20 |");
    }

    @Test
    void usesTheMetricOfTheNewSnapshotForBoth() {
        String live = Samples.exact()
                .add("byte[]", 30, 3_000, Samples.PARSE)
                .first(Metric.LIVE)
                .in(directory, "live.pb.gz");

        assertThat(CommandRun.of("diff", before, live, "--limit", "1").out())
                .isEqualTo("com/acme/Parser.java:42: size=1500 B (+1000 B), count=15 (+10), average=100 B\n");
    }

    @Test
    void refusesAMetricThatTheOldSnapshotLacks() {
        String noLive = new Samples()
                .recorded(Metric.ALLOCATED, Exactness.EXACT)
                .first(Metric.ALLOCATED)
                .addAllocated("byte[]", 1, 16, Samples.PARSE)
                .in(directory, "no-live.pb.gz");

        CommandRun run = CommandRun.of("diff", noLive, after, "--metric", "live");

        assertThat(run.err()).isEqualTo("tracemalloc: " + noLive + ": has no live values; it has allocated\n");
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void coloursGrowthAndShrinkage() {
        String out = CommandRun.of("diff", before, after, "--color", "always").out();

        assertThat(out).contains("\u001b[31m: size=3000 B (+2000 B)").contains("\u001b[32m: size=0 B (-400 B)");
    }

    @Test
    void namesTheSideThatLostEvents() {
        String lossy = Samples.program().dropped(1_234).in(directory, "lossy.pb.gz");
        String whole = Samples.program().in(directory, "whole.pb.gz");
        String lost = "tracemalloc: " + lossy + ": 1,234 events dropped by the tracer\n";

        assertThat(CommandRun.of("diff", lossy, whole).err()).isEqualTo(lost);
        assertThat(CommandRun.of("diff", whole, lossy).err()).isEqualTo(lost);
        assertThat(CommandRun.of("leaks", lossy, whole, "--survived", "0").err())
                .endsWith(lost);
    }

    @Test
    void saysThatTotalsAreEstimatedIfThoseOfEitherSideAre() {
        String sampled = new Samples()
                .recorded(Metric.ALLOCATED, Exactness.ESTIMATED)
                .addAllocated("byte[]", 1, 16, Samples.PARSE)
                .in(directory, "sampled.pb.gz");
        String divided = new Samples()
                .recorded(Metric.ALLOCATED, Exactness.EXACT_BY_SITE)
                .addAllocated("byte[]", 1, 16, Samples.PARSE)
                .in(directory, "divided.pb.gz");

        assertThat(CommandRun.of("diff", sampled, divided).err())
                .isEqualTo("tracemalloc: sizes and counts are estimated from samples\n");
    }

    @Test
    void failsWhenACheckIsExceeded() {
        CommandRun run = CommandRun.of("diff", before, after, "--limit", "1", "--fail-on", "size>+100");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out().lines()).hasSize(1);
        assertThat(run.err())
                .contains("tracemalloc: check failed: com/acme/Parser.java:42: size grew from 1000 B to 3000 B"
                        + " (size>+100)\n");
    }

    @Test
    void checksGroupsThatTheLimitHides() {
        assertThat(CommandRun.of("diff", before, after, "--limit", "1", "--include", "*Fresh*", "--fail-on", "count>0")
                        .status())
                .isEqualTo(1);
    }

    @Test
    void passesWhenNoCheckIsExceeded() {
        CommandRun run = CommandRun.of(
                "diff", before, after, "--fail-on", "size>+2000", "--fail-on", "count>30", "--fail-on", "grew>126%");

        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
    }

    @Test
    void namesEachCheckThatFails() {
        CommandRun run = CommandRun.of("diff", before, after, "--fail-on", "grew>10%", "--fail-on", "total-count>30");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err().lines())
                .containsExactly(
                        "tracemalloc: check failed: total: size grew from 1400 B to 3160 B (grew>10%)",
                        "tracemalloc: check failed: total: count is 31 (total-count>30)");
    }
}
