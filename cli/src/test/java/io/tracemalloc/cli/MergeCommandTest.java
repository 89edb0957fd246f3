package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergeCommandTest {

    @TempDir
    Path directory;

    private static Samples web(String host, String pid, long bytes) {
        return Samples.exact()
                .attribute("host", host)
                .attribute("pid", pid)
                .attribute("program", "com.acme.Main")
                .add("byte[]", 1, bytes, Samples.PARSE);
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    @ParameterizedTest
    @CsvSource({
        "jvm, web-2/1 web-1/4711 web-1/7",
        "host, web-2 web-1",
        "program, com.acme.Main",
        "file, {dir}/c {dir}/b {dir}/a",
        "none, <unknown>"
    })
    void groupsByTheOriginThatWasAskedFor(String origin, String groups) {
        String a = web("web-1", "7", 100).in(directory, "a.pb.gz");
        String b = web("web-1", "4711", 200).in(directory, "b.pb.gz");
        String c = web("web-2", "1", 400).in(directory, "c.pb.gz");

        CommandRun merge = CommandRun.of("merge", a, b, c, "--host", origin, "-o", path("all.pb.gz"));

        assertThat(merge.err())
                .matches("tracemalloc: merged 3 snapshots into .*all.pb.gz \\(. records?, .* bytes\\)\n");
        assertThat(merge.out()).isEmpty();
        assertThat(merge.status()).isZero();
        assertThat(CommandRun.of("stats", path("all.pb.gz"), "--group-by", "host")
                        .out()
                        .lines()
                        .map(line -> line.substring(0, line.indexOf(": size="))))
                .containsExactly(groups.replace("{dir}", directory.toString()).split(" "));
        assertThat(CommandRun.of("stats", path("all.pb.gz")).out())
                .isEqualTo("com/acme/Parser.java:42: size=700 B, count=3, average=233 B\n");
    }

    @Test
    void saysWhichFactDoesNotAddUp() {
        String huge = Long.toString(Long.MAX_VALUE);
        String one = Samples.program().attribute("heap_allocated_bytes", huge).in(directory, "huge1.pb.gz");
        String other = Samples.program().attribute("heap_allocated_bytes", huge).in(directory, "huge2.pb.gz");

        CommandRun run =
                CommandRun.of("merge", "-o", directory.resolve("sum.pb.gz").toString(), one, other);

        assertThat(run.status()).isEqualTo(3);
        assertThat(run.err())
                .isEqualTo("tracemalloc: " + other
                        + ": cannot be added to the others: the sum of heap_allocated_bytes must be below 2^63\n");
    }

    @Test
    void filtersAndExportsByHost() {
        String a = web("web-1", "7", 100).in(directory, "a.pb.gz");
        String b = web("db", "7", 200).in(directory, "b.pb.gz");
        CommandRun.of("merge", a, b, "-o", path("all.pb.gz"));

        assertThat(CommandRun.of("stats", path("all.pb.gz"), "--exclude", "host=web-*")
                        .out())
                .isEqualTo("com/acme/Parser.java:42: size=200 B, count=1, average=200 B\n");
        assertThat(CommandRun.of("export", path("all.pb.gz"), "--to", "csv").out())
                .startsWith("file,line,method,class,domain,thread,host,block_size,")
                .contains(",0,main,db/7,0,", ",0,main,web-1/7,0,");
        assertThat(CommandRun.of("export", path("all.pb.gz"), "--to", "json").out())
                .contains("\"thread\": \"main\", \"host\": \"db/7\", ");
    }

    @Test
    void addsUpHundredsOfFiles() {
        List<String> arguments = new ArrayList<>(List.of("merge", "-o", path("all.pb.gz")));
        for (int file = 0; file < 300; file++) {
            arguments.add(web("web-" + file, "1", 1000).in(directory, file + ".pb.gz"));
        }

        assertThat(CommandRun.of(arguments.toArray(String[]::new)).status()).isZero();
        assertThat(CommandRun.of("stats", path("all.pb.gz"), "--format", "csv")
                        .out()
                        .lines())
                .containsExactly(
                        "file,line,class,method,size,count",
                        "com/acme/Parser.java,42,com.acme.Parser,parse,300000,300");
    }

    @Test
    void saysWhatTheSumLacksAndWhy() {
        String a = web("web-1", "7", 100).in(directory, "a.pb.gz");
        String b = new Samples()
                .recorded(Metric.ALLOCATED, Exactness.EXACT)
                .addAllocated("byte[]", 1, 50, Samples.PARSE)
                .interval(1)
                .in(directory, "b.pb.gz");

        CommandRun merge = CommandRun.of("merge", a, b, "-o", path("all.pb.gz"));

        assertThat(merge.err().lines())
                .startsWith(
                        "tracemalloc: live is left out: " + b + " has no such values",
                        "tracemalloc: sampled every 1 B to 512 KiB: the sum is as coarse as the coarsest");
        assertThat(CommandRun.of("stats", path("all.pb.gz"), "--metric", "live").err())
                .endsWith("has no live values; it has allocated\n");
    }

    @Test
    void leavesOutAgesThatAFileLacks() {
        String aged = web("web-1", "7", 100).aged(1, 0, 50).in(directory, "a.pb.gz");
        String ageless = web("web-2", "8", 100).in(directory, "b.pb.gz");

        CommandRun merge = CommandRun.of("merge", aged, ageless, "-o", path("all.pb.gz"));

        assertThat(merge.err()).startsWith("tracemalloc: ages of live blocks are left out: " + ageless + " has none\n");
        assertThat(CommandRun.of("leaks", path("all.pb.gz"), "--group-by", "host")
                        .err())
                .contains("no ages were recorded");
    }

    @Test
    void warnsOfTwoSnapshotsOfOneJvm() {
        String a = web("web-1", "7", 100).in(directory, "a.pb.gz");
        String b = web("web-1", "7", 200).in(directory, "b.pb.gz");

        assertThat(CommandRun.of("merge", a, b, "-o", path("all.pb.gz")).err())
                .startsWith("tracemalloc: warning: " + a + " and " + b
                        + " seem to be of one JVM: what both have counts twice\n");
    }

    @Test
    void refusesFilesWithoutACommonMetric() {
        String a = new Samples().recorded(Metric.LIVE, Exactness.EXACT).in(directory, "a.pb.gz");
        String b = new Samples().recorded(Metric.ALLOCATED, Exactness.EXACT).in(directory, "b.pb.gz");

        CommandRun merge = CommandRun.of("merge", a, b, "-o", path("all.pb.gz"));

        assertThat(merge.err())
                .isEqualTo("tracemalloc: the files have no metric in common: live is left out: " + b
                        + " has no such values; allocated is left out: " + a + " has no such values\n");
        assertThat(merge.status()).isEqualTo(3);
        assertThat(directory.resolve("all.pb.gz")).doesNotExist();
    }

    @Test
    void leavesTheOldSumAloneWhereAFileIsBad() throws IOException {
        String good = web("web-1", "7", 100).in(directory, "good.pb.gz");
        Path bad = Files.writeString(directory.resolve("bad.pb.gz"), "not a snapshot");
        Path sum = Files.writeString(directory.resolve("sum.pb.gz"), "old");

        CommandRun merge = CommandRun.of("merge", good, bad.toString(), "-o", sum.toString());

        assertThat(merge.err())
                .startsWith("tracemalloc: " + bad + ": expected a snapshot")
                .hasLineCount(1);
        assertThat(merge.status()).isEqualTo(3);
        assertThat(sum).hasContent("old");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(3);
        }
    }

    @Test
    void refusesToReplaceWhatItReads() {
        String a = web("web-1", "7", 100).in(directory, "a.pb.gz");

        CommandRun merge = CommandRun.of("merge", a, "-o", path("./a.pb.gz"));

        assertThat(merge.err())
                .isEqualTo("tracemalloc: " + a + ": is one of the files to add up, and where the sum would go (-o)\n");
        assertThat(merge.status()).isEqualTo(2);
    }
}
