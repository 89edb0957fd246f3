package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Domain;
import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaksCommandTest {

    private static final String CACHE = "com.acme.Cache put 9";

    @TempDir
    Path directory;

    private String before;
    private String after;

    /** Of 2,000 live blocks at Cache.java:9 half are young; Parser.java:42 is steady. */
    @BeforeEach
    void writeFiles() {
        before = Samples.exact()
                .add("java.lang.Object", 2_000, 32_000, CACHE)
                .aged(0, 500, 8_000)
                .aged(1, 500, 8_000)
                .add("byte[]", 20, 2_000, Samples.PARSE)
                .aged(3, 10, 1_000)
                .in(directory, "before.pb.gz");
        after = Samples.exact()
                .add("java.lang.Object", 4_000, 64_000, CACHE)
                .aged(0, 100, 1_600)
                .aged(1, 900, 14_400)
                .aged(3, 1_000, 16_000)
                .add("byte[]", 20, 2_000, Samples.PARSE)
                .aged(3, 10, 1_000)
                .in(directory, "after.pb.gz");
    }

    @Test
    void showsWhatSurvivesAndGrows() {
        CommandRun run = CommandRun.of("leaks", before, after);

        assertThat(run.out())
                .isEqualTo("com/acme/Cache.java:9: size=29.7 KiB (+21.9 KiB, standard error 0 B), count=1900 (+1400),"
                        + " grew\n");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void countsBlocksThatAreOldEnoughOnly() {
        assertThat(CommandRun.of("leaks", before, after, "--survived", "3").out())
                .isEqualTo("com/acme/Cache.java:9: size=15.6 KiB (+15.6 KiB, standard error 0 B), count=1000 (+1000),"
                        + " grew\n");
        CommandRun all = CommandRun.of("leaks", before, after, "--survived", "0");
        assertThat(all.out()).contains("size=31.2 KiB (+15.6 KiB, standard error 0 B), count=2000 (+1000), grew");
        assertThat(all.err()).isEqualTo("tracemalloc: all live blocks, young ones too\n");
    }

    @Test
    void saysHowOldIsOldEnough() {
        String timed = Samples.exact()
                .add("java.lang.Object", 10, 160, CACHE)
                .aged(2, 10, 160)
                .attribute("collection_times", "2026-11-24T12:00:09Z 2026-11-24T12:00:07Z")
                .in(directory, "timed.pb.gz");

        CommandRun run = CommandRun.of("leaks", timed, "--survived", "2");

        assertThat(run.out()).startsWith("com/acme/Cache.java:9: size=80 B");
        assertThat(run.err()).isEqualTo("tracemalloc: all were allocated before 2026-11-24T12:00:07Z\n");
        assertThat(CommandRun.of("leaks", timed, "--survived", "2", "--format", "json")
                        .out())
                .contains("\"allocated_before\": \"2026-11-24T12:00:07Z\"");
        assertThat(CommandRun.of("leaks", timed, "--survived", "8").err()).doesNotContain("before");
    }

    /** Direct buffers and tracked blocks are freed by hand: no collection tells how old they are. */
    @Test
    void countsBlocksOutsideTheHeapWhateverTheirAge() {
        String little = withBuffers(1, "little.pb.gz");
        String much = withBuffers(20, "much.pb.gz");

        CommandRun run = CommandRun.of("leaks", little, much, "--survived", "2", "--fail-on", "size>+10m");

        assertThat(run.out())
                .isEqualTo("com/acme/Buffers.java:7: size=20.0 MiB (+19.0 MiB, standard error 0 B), count=20 (+19),"
                        + " grew\n");
        assertThat(run.err().lines())
                .containsExactly(
                        "tracemalloc: all on the Java heap were allocated before 2026-11-24T12:00:07Z; other memory"
                                + " counts whatever its age",
                        "tracemalloc: check failed: com/acme/Buffers.java:7: size grew from 1024 KiB to 20.0 MiB"
                                + " (size>+10m)");
        assertThat(run.status()).isEqualTo(1);
        assertThat(CommandRun.of("leaks", little, much, "--exclude", "domain=1").err())
                .isEqualTo("tracemalloc: nothing grew\n");
    }

    private String withBuffers(int buffers, String name) {
        return Samples.exact()
                .add("byte[]", 20, 2_000, Samples.PARSE)
                .aged(3, 10, 1_000)
                .addOffHeap(Domain.NATIVE_MEMORY, buffers, (long) buffers << 20, "com.acme.Buffers keep 7")
                .attribute("collection_times", "2026-11-24T12:00:09Z 2026-11-24T12:00:07Z")
                .in(directory, name);
    }

    @Test
    void ranksOneSnapshotByWhatItHolds() {
        CommandRun run = CommandRun.of("leaks", after, "--survived", "4", "--group-by", "class");

        assertThat(run.out().lines())
                .containsExactly(
                        "java.lang.Object: size=15.6 KiB (+15.6 KiB, standard error 0 B), count=1000 (+1000), holds",
                        "byte[]: size=1000 B (+1000 B, standard error 0 B), count=10 (+10), holds");
    }

    @Test
    void tellsGrowthFromNoiseOfSampling() {
        String little = sampled(100_000, "little.pb.gz");
        String more = sampled(200_000, "more.pb.gz");
        String much = sampled(2_000_000, "much.pb.gz");

        CommandRun noise = CommandRun.of("leaks", little, more);
        CommandRun leak = CommandRun.of("leaks", little, more, much);

        assertThat(noise.out()).contains("(+781 KiB, standard error 1095 KiB)").endsWith("not significant\n");
        assertThat(noise.err()).contains("no ages were recorded").contains("estimated from samples");
        assertThat(leak.out()).endsWith("grew\n");
        assertThat(CommandRun.of("leaks", little, more, "--fail-on", "size>+1k").status())
                .isZero();
        CommandRun failed = CommandRun.of("leaks", little, much, "--fail-on", "size>+1k");
        assertThat(failed.err()).contains("check failed: com/acme/Cache.java:9: size grew from 781 KiB to");
        assertThat(failed.status()).isEqualTo(1);
    }

    @Test
    void checksTotalsOfSignificantGrowthOnly() {
        String little = sampled(100_000, "little.pb.gz");
        String more = sampled(200_000, "more.pb.gz");

        for (String check : List.of("total-size>+1k", "total-size>1k", "total-count>+1", "grew>1%")) {
            assertThat(CommandRun.of("leaks", little, more, "--fail-on", check).status())
                    .as(check)
                    .isZero();
        }
        CommandRun failed = CommandRun.of("leaks", before, after, "--fail-on", "grew>10%");
        assertThat(failed.err())
                .isEqualTo("tracemalloc: check failed: total: size grew from 8000 B to 29.7 KiB (grew>10%)\n");
        assertThat(failed.status()).isEqualTo(1);
    }

    @Test
    void countsNothingTwiceInATotalOfCumulativeGroups() {
        String deep = Samples.exact()
                .add("java.lang.Object", 20, 320, CACHE, "com.acme.Main main 7", "com.acme.Main main 8")
                .in(directory, "deep.pb.gz");

        CommandRun run = CommandRun.of("leaks", deep, "--cumulative", "--fail-on", "total-size>100");

        assertThat(run.err()).contains("check failed: total: size is 160 B (total-size>100)");
    }

    private String sampled(long blocks, String name) {
        return new Samples()
                .recorded(Metric.LIVE, Exactness.ESTIMATED)
                .add("java.lang.Object", blocks, 16 * blocks, CACHE)
                .in(directory, name);
    }

    @Test
    void saysWhenNothingGrew() {
        CommandRun run = CommandRun.of("leaks", after, after);

        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("tracemalloc: nothing grew\n");
        assertThat(run.status()).isZero();
    }

    @Test
    void refusesAgesThatAreNotThere() {
        String ageless = Samples.program().in(directory, "ageless.pb.gz");

        CommandRun run = CommandRun.of("leaks", after, ageless, "--survived", "2");

        assertThat(run.err())
                .isEqualTo(
                        "tracemalloc: " + ageless + ": has no ages of live blocks, which --survived asks for; without"
                                + " it leaks looks at all live blocks\n");
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void refusesFilesWithoutLiveBlocks() {
        String allocated = new Samples()
                .recorded(Metric.ALLOCATED, Exactness.EXACT)
                .addAllocated("byte[]", 1, 16, CACHE)
                .in(directory, "allocated.pb.gz");

        CommandRun run = CommandRun.of("leaks", allocated);

        assertThat(run.err()).isEqualTo("tracemalloc: " + allocated + ": has no live values; it has allocated\n");
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void filtersAndGroups() {
        assertThat(CommandRun.of("leaks", before, after, "--exclude", "*Cache*").err())
                .isEqualTo("tracemalloc: nothing grew\n");
        assertThat(CommandRun.of("leaks", before, after, "--group-by", "package")
                        .out())
                .startsWith("com.acme: size=30.7 KiB (+21.9 KiB");
    }

    @Test
    void tellsFilesThatAreNotInOrder() {
        String old = Samples.exact().at("2025-01-01T00:00:00Z").in(directory, "old.pb.gz");

        assertThat(CommandRun.of("leaks", after, old).err())
                .contains(old + " is older than " + after + "; the oldest goes first");
    }

    @Test
    void writesJsonCsvAndMarkdown() {
        assertThat(CommandRun.of("leaks", before, after, "--format", "json").out())
                .isEqualTo("""
                {"schema": "tracemalloc.leaks/1", "group_by": "line", "cumulative": false, "snapshots": 2, "survived": 1,
                 "leaks": [
                 {"traceback": [{"file": "com/acme/Cache.java", "line": 9, "class": "com.acme.Cache", "method": "put"}], \
                "size": 30400, "size_diff": 22400, "standard_error": 0, "count": 1900, "count_diff": 1400, \
                "significant": true, "sizes": [8000, 30400]}]}
                """);
        assertThat(CommandRun.of("leaks", before, after, "--format", "csv").out())
                .isEqualTo("""
                file,line,class,method,size,size_diff,standard_error,count,count_diff,significant
                com/acme/Cache.java,9,com.acme.Cache,put,30400,22400,0,1900,1400,true
                """.replace("\n", "\r\n"));
        assertThat(CommandRun.of("leaks", before, after, "--format", "markdown").out())
                .isEqualTo("""
                | line | size | +/- | standard error | count | +/- | |
                |---|--:|--:|--:|--:|--:|---|
                | `com/acme/Cache.java:9` | 29.7 KiB | +21.9 KiB | 0 B | 1,900 | +1,400 | grew |
                """);
    }
}
