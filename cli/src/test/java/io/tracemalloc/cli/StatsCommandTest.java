package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatsCommandTest {

    @TempDir
    Path directory;

    private String file = "";

    @BeforeEach
    void writeSnapshot() {
        file = Samples.program().in(directory, "app.pb.gz");
    }

    @Test
    void printsLinesAsTracemallocDoes() {
        CommandRun run = CommandRun.of("stats", file);

        assertThat(run.out().lines())
                .containsExactly(
                        "com/acme/Parser.java:42: size=583 KiB, count=100, average=5970 B",
                        "java/util/HashMap.java:1901: size=1600 B, count=50, average=32 B",
                        "com/acme/Main.java:9: size=240 B, count=10, average=24 B");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void tellsTheRestOnStandardErrorWhenTheLimitCuts() {
        CommandRun run = CommandRun.of("stats", file, "--limit", "1");

        assertThat(run.out()).isEqualTo("com/acme/Parser.java:42: size=583 KiB, count=100, average=5970 B\n");
        assertThat(run.err()).isEqualTo("tracemalloc: 2 others: 1840 B; total allocated: 585 KiB in 160 blocks\n");
    }

    @Test
    void printsTenRowsByDefaultAndAllForLimitZero() {
        Samples many = Samples.exact();
        for (int line = 1; line <= 12; line++) {
            many.add("int[]", line, line * 16L, "com.acme.Many fill " + line);
        }
        String target = many.in(directory, "many.pb.gz");

        assertThat(CommandRun.of("stats", target).out().lines()).hasSize(10);
        assertThat(CommandRun.of("stats", target, "--limit", "0").out().lines()).hasSize(12);
    }

    @Test
    void countsForTheLineOfTheProgramWithApp() {
        CommandRun run = CommandRun.of("stats", file, "--app");

        assertThat(run.out().lines())
                .containsExactly(
                        "com/acme/Parser.java:42: size=583 KiB, count=100, average=5970 B",
                        "com/acme/Cache.java:9: size=1600 B, count=50, average=32 B",
                        "com/acme/Main.java:9: size=240 B, count=10, average=24 B");
    }

    @Test
    void skipsLibrariesWithAppAndLibrary() {
        CommandRun run = CommandRun.of("stats", file, "--app", "--library", "com.acme.C*");

        assertThat(run.out()).contains("com/acme/Main.java:8: size=1600 B").doesNotContain("Cache");
    }

    @Test
    void appliesFiltersToTheLinesThatAppShows() {
        CommandRun run = CommandRun.of("stats", file, "--app", "--include", "com/acme/Cache.java");

        assertThat(run.out()).isEqualTo("com/acme/Cache.java:9: size=1600 B, count=50, average=32 B\n");
    }

    @Test
    void keepsIncludedAndRemovesExcludedTraces() {
        CommandRun run = CommandRun.of(
                "stats", file, "--include", "com/acme/*", "--include", "line=1901", "--exclude", "class=byte[[]]");

        assertThat(run.out().lines())
                .containsExactly(
                        "java/util/HashMap.java:1901: size=1600 B, count=50, average=32 B",
                        "com/acme/Main.java:9: size=240 B, count=10, average=24 B");
    }

    @Test
    void groupsByClassMethodPackageAndThread() {
        assertThat(CommandRun.of("stats", file, "--group-by", "class").out().lines())
                .containsExactly(
                        "byte[]: size=583 KiB, count=100, average=5970 B",
                        "java.util.HashMap$Node: size=1600 B, count=50, average=32 B",
                        "java.lang.String: size=240 B, count=10, average=24 B");
        assertThat(CommandRun.of("stats", file, "--group-by", "method").out())
                .startsWith("com.acme.Parser.parse: size=583 KiB");
        assertThat(CommandRun.of("stats", file, "--group-by", "package").out().lines())
                .containsExactly(
                        "com.acme: size=583 KiB, count=110, average=5429 B",
                        "java.util: size=1600 B, count=50, average=32 B");
        assertThat(CommandRun.of("stats", file, "--group-by", "thread").out())
                .isEqualTo("main: size=585 KiB, count=160, average=3743 B\n");
    }

    @Test
    void refusesToGroupByThreadsThatWereNotRecorded() {
        String bare = Samples.exact()
                .withoutThreads()
                .add("int[]", 1, 16, "com.acme.Many fill 1")
                .in(directory, "bare.pb.gz");

        CommandRun run = CommandRun.of("stats", bare, "--group-by", "thread");

        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .isEqualTo("tracemalloc: " + bare + ": has no threads; they are recorded with threads=true\n");
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void countsForEveryCallerWithCumulative() {
        CommandRun run = CommandRun.of("stats", file, "--group-by", "file", "--cumulative");

        assertThat(run.out().lines())
                .containsExactly(
                        "com/acme/Main.java:0: size=585 KiB, count=160, average=3743 B",
                        "com/acme/Parser.java:0: size=583 KiB, count=100, average=5970 B",
                        "java/util/HashMap.java:0: size=1600 B, count=50, average=32 B",
                        "com/acme/Cache.java:0: size=1600 B, count=50, average=32 B");
    }

    @Test
    void readsTheMetricAskedFor() {
        assertThat(CommandRun.of("stats", file, "--metric", "live", "--limit", "1")
                        .out())
                .isEqualTo("com/acme/Parser.java:42: size=292 KiB, count=50, average=5970 B\n");
        assertThat(CommandRun.of("stats", file, "--metric", "freed", "--limit", "1")
                        .out())
                .isEqualTo("com/acme/Parser.java:42: size=292 KiB, count=50, average=5970 B\n");
    }

    @Test
    void showsTheMetricThatTheFilePutsFirst() {
        String live = Samples.program().first(Metric.LIVE).in(directory, "live.pb.gz");

        assertThat(CommandRun.of("stats", live, "--limit", "1").out())
                .isEqualTo("com/acme/Parser.java:42: size=292 KiB, count=50, average=5970 B\n");
    }

    @Test
    void showsPeakAndTemporaryWhereTheyWereRecorded() {
        String recorded = Samples.exact()
                .add("byte[]", 100, 597_000, Samples.PARSE)
                .also(Metric.PEAK, 70, 417_900)
                .also(Metric.TEMPORARY, 30, 179_100)
                .recorded(Metric.TEMPORARY, Exactness.ESTIMATED)
                .in(directory, "peak.pb.gz");

        assertThat(CommandRun.of("stats", recorded, "--metric", "peak").out())
                .isEqualTo("com/acme/Parser.java:42: size=408 KiB, count=70, average=5970 B\n");
        CommandRun temporary = CommandRun.of("stats", recorded, "--metric", "temporary", "--format", "json");
        assertThat(temporary.out())
                .contains("\"metric\": \"temporary\", \"estimated\": true")
                .contains("\"size\": 179100, \"count\": 30");
        assertThat(CommandRun.of("diff", recorded, recorded, "--metric", "peak").out())
                .contains("size=408 KiB (+0 B), count=70 (+0)");
    }

    @Test
    void namesTheMetricsThereAreWhenTheOneAskedForIsMissing() {
        CommandRun run = CommandRun.of("stats", file, "--metric", "peak");

        assertThat(run.err())
                .isEqualTo("tracemalloc: " + file + ": has no peak values; it has live, allocated, freed\n");
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void writesTheJsonOfTheContract() {
        CommandRun run = CommandRun.of("stats", file, "--format", "json", "--limit", "1");

        assertThat(run.out()).isEqualTo("""
                {"schema": "tracemalloc.stats/1", "group_by": "line", "cumulative": false, "metric": "allocated", "estimated": false,
                 "statistics": [
                 {"traceback": [{"file": "com/acme/Parser.java", "line": 42, "class": "com.acme.Parser", "method": "parse"}], "size": 597000, "count": 100}]}
                """);
    }

    @Test
    void writesOneFrameWithLineZeroForFiles() {
        CommandRun run = CommandRun.of("stats", file, "--format", "json", "--limit", "1", "--group-by", "file");

        assertThat(run.out()).contains("\"traceback\": [{\"file\": \"com/acme/Parser.java\", \"line\": 0, ");
    }

    @Test
    void writesAllFramesForTracebacks() {
        CommandRun run = CommandRun.of("stats", file, "--format", "json", "--limit", "1", "--group-by", "traceback");

        assertThat(run.out())
                .contains(
                        "\"traceback\": [{\"file\": \"com/acme/Parser.java\", \"line\": 42, \"class\": \"com.acme.Parser\","
                                + " \"method\": \"parse\"}, {\"file\": \"com/acme/Main.java\", \"line\": 7, \"class\":"
                                + " \"com.acme.Main\", \"method\": \"main\"}], \"size\": 597000");
    }

    @Test
    void writesAKeyForOtherGroupings() {
        CommandRun run = CommandRun.of("stats", file, "--format", "json", "--limit", "1", "--group-by", "class");

        assertThat(run.out()).contains("{\"traceback\": [], \"key\": \"byte[]\", \"size\": 597000, \"count\": 100}");
    }

    @Test
    void saysWhatIsEstimated() {
        String sampled = new Samples()
                .recorded(Metric.ALLOCATED, Exactness.ESTIMATED)
                .addAllocated("byte[]", 1, 16, Samples.PARSE)
                .in(directory, "sampled.pb.gz");

        assertThat(CommandRun.of("stats", sampled).err())
                .isEqualTo("tracemalloc: sizes and counts are estimated from samples\n");
        assertThat(CommandRun.of("stats", sampled, "--format", "json").out()).contains("\"estimated\": true");
    }

    @Test
    void namesThePackageOfClassesThatHaveNone() {
        String unnamed = Samples.exact()
                .add("byte[]", 1, 64, "Words main 7")
                .add("byte[]", 1, 16, " f 0")
                .in(directory, "unnamed.pb.gz");

        assertThat(CommandRun.of("stats", unnamed, "--group-by", "package")
                        .out()
                        .lines())
                .containsExactly(
                        "<unnamed>: size=64 B, count=1, average=64 B", "<unknown>: size=16 B, count=1, average=16 B");
    }

    @Test
    void refusesWhatIsForRunningTargetsOnly() {
        CommandRun run = CommandRun.of("stats", file, "--timeout", "3");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("tracemalloc: --timeout is for running targets, not for snapshot files\n");
        assertThat(CommandRun.of("collect", "-o", directory.toString(), file).err())
                .isEqualTo("tracemalloc: " + file
                        + ": is neither a process id nor an address (host:port, https://..., unix:/path)\n");
    }

    @Test
    void saysThatTheNameOfATargetIsEmpty() {
        CommandRun run = CommandRun.of("stats", "");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .isEqualTo("tracemalloc: TARGET must name a snapshot file, a process or an address, got nothing\n");
    }

    @Test
    void neverPrintsThePasswordOfAnAddress() {
        CommandRun run = CommandRun.of("stats", "http://x:SECRET@127.0.0.1:1");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .contains("http://127.0.0.1:1: ")
                .contains("--token-file")
                .doesNotContain("SECRET");
    }

    @Test
    void refusesAnArgumentThatTheLocaleCannotExpress() {
        CommandRun run = CommandRun.of("stats", file, "--include", "caf\uFFFD\uFFFD");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .isEqualTo(
                        "tracemalloc: the locale cannot express the argument 'caf\uFFFD\uFFFD': set LC_ALL=C.UTF-8, or"
                                + " the locale in which it was typed\n");
    }

    @Test
    void roundsAveragesOfATableAsThoseOfText() {
        String odd = Samples.exact().add("byte[]", 3, 50, Samples.PARSE).in(directory, "odd.pb.gz");

        assertThat(CommandRun.of("stats", odd).out()).endsWith("average=17 B\n");
        assertThat(CommandRun.of("stats", odd, "--format", "markdown").out()).endsWith("| 17 B |\n");
    }

    private String split() {
        return new Samples()
                .recorded(Metric.ALLOCATED, Exactness.EXACT_BY_SITE)
                .addAllocated("byte[]", 1, 16, Samples.PARSE, "com.acme.Main main 7")
                .in(directory, "split.pb.gz");
    }

    @Test
    void saysThatTotalsOfAFilterOnCallersAreEstimated() {
        String split = split();
        String[] filter = {"--include", "file=com/acme/Main.java,all-frames"};

        for (String command : List.of("stats", "tree", "traceback")) {
            assertThat(CommandRun.of(command, split, filter[0], filter[1]).err())
                    .as(command)
                    .isEqualTo("tracemalloc: sizes and counts are estimated from samples\n");
        }
        assertThat(CommandRun.of("diff", split, split, filter[0], filter[1]).err())
                .isEqualTo("tracemalloc: sizes and counts are estimated from samples\n");
    }

    @Test
    void saysWhenOnlyTheDivisionAmongCallersIsEstimated() {
        String split = split();

        assertThat(CommandRun.of("stats", split).err()).isEmpty();
        assertThat(CommandRun.of("stats", split, "--group-by", "traceback").err())
                .isEqualTo("tracemalloc: totals are exact; how they divide among callers is estimated from samples\n");
    }

    @Test
    void writesCsvWithAHeading() {
        assertThat(CommandRun.of("stats", file, "--format", "csv", "--limit", "1")
                        .out())
                .isEqualTo(String.join(
                        "\r\n",
                        "file,line,class,method,size,count",
                        "com/acme/Parser.java,42,com.acme.Parser,parse,597000,100",
                        ""));
        assertThat(CommandRun.of("stats", file, "--format", "csv", "--limit", "1", "--group-by", "traceback")
                        .out())
                .isEqualTo("traceback,size,count\r\ncom/acme/Parser.java:42;com/acme/Main.java:7,597000,100\r\n");
        assertThat(CommandRun.of("stats", file, "--format", "csv", "--limit", "1", "--group-by", "class")
                        .out())
                .isEqualTo("class,size,count\r\nbyte[],597000,100\r\n");
    }

    @Test
    void writesAMarkdownTable() {
        CommandRun run = CommandRun.of("stats", file, "--format", "markdown", "--limit", "1");

        assertThat(run.out()).isEqualTo("""
                | line | size | count | average |
                |---|--:|--:|--:|
                | `com/acme/Parser.java:42` | 583 KiB | 100 | 5970 B |
                """);
    }

    @Test
    void neverSendsControlCharactersOfAFileToTheTerminal() {
        String hostile =
                Samples.exact().add("evil\u001b[2J\nname", 1, 16, Samples.PARSE).in(directory, "hostile.pb.gz");

        assertThat(CommandRun.of("stats", hostile, "--group-by", "class").out())
                .isEqualTo("evil\\x1b[2J\\nname: size=16 B, count=1, average=16 B\n");
    }

    @Test
    void coloursOnlyOnATerminalThatHasNotDeclined() {
        assertThat(CommandRun.in(true, Map.of(), "stats", file).out()).contains("\u001b[1mcom/acme/Parser.java:42");
        assertThat(CommandRun.in(true, Map.of("NO_COLOR", "1"), "stats", file).out())
                .doesNotContain("\u001b");
        assertThat(CommandRun.in(true, Map.of("TERM", "dumb"), "stats", file).out())
                .doesNotContain("\u001b");
        assertThat(CommandRun.in(true, Map.of(), "stats", file, "--color", "never")
                        .out())
                .doesNotContain("\u001b");
        assertThat(CommandRun.of("stats", file, "--color", "always").out()).contains("\u001b[1m");
    }

    @Test
    void tellsWhichClassesAreNotCounted() {
        String lossy = Samples.program()
                .attribute("not_instrumented_classes", "1469")
                .attribute("not_instrumented_first", "com.acme.Huge: Method too large: run ()V")
                .in(directory, "lossy.pb.gz");

        assertThat(CommandRun.of("stats", lossy).err())
                .isEqualTo("tracemalloc: not instrumented, and their allocations not counted: 1,469 classes, first "
                        + "com.acme.Huge: Method too large: run ()V\n");
    }

    @Test
    void tellsWhatBackendsSayOfTheirValues() {
        String lossy = Samples.program()
                .attribute("note.earlier_threads", "of each of 3 threads, the first 512 KiB may be missing")
                .attribute("note.memory_limit", "at the memory limit, tracebacks of 5 samples were cut")
                .attribute("note.backend", "jvmti is unavailable")
                .truncated(5)
                .in(directory, "lossy.pb.gz");

        assertThat(CommandRun.of("stats", lossy).err()).isEqualTo("""
                        tracemalloc: of each of 3 threads, the first 512 KiB may be missing
                        tracemalloc: at the memory limit, tracebacks of 5 samples were cut
                        """);
    }

    @Test
    void tellsDroppedEvents() {
        String lossy = Samples.program().dropped(1_234).in(directory, "lossy.pb.gz");

        assertThat(CommandRun.of("stats", lossy).err()).isEqualTo("tracemalloc: 1,234 events dropped by the tracer\n");
    }

    @Test
    void saysThatNothingMatches() {
        CommandRun run = CommandRun.of("stats", file, "--include", "nowhere");

        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("tracemalloc: no traces match\n");
        assertThat(run.status()).isZero();
    }
}
