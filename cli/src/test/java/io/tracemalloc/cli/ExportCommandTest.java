package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {

    @TempDir
    Path directory;

    private String file = "";

    @BeforeEach
    void writeSnapshot() {
        file = Samples.program().attribute("jvm", "Test \"VM\"").in(directory, "app.pb.gz");
    }

    @Test
    void foldsStacksForFlameGraphs() {
        assertThat(CommandRun.of("export", file, "--to", "collapsed").out()).isEqualTo("""
                com.acme.Main.main 240
                com.acme.Main.main;com.acme.Cache.put;java.util.HashMap.newNode 1600
                com.acme.Main.main;com.acme.Parser.parse 597000
                """);
    }

    @Test
    void foldsBlocksLinesAndClassesOnDemand() {
        assertThat(CommandRun.of("export", file, "--to", "collapsed", "--count", "--lines", "--classes")
                        .out()
                        .lines())
                .containsExactly(
                        "com.acme.Main.main(Main.java:7);com.acme.Parser.parse(Parser.java:42);byte[] 100",
                        "com.acme.Main.main(Main.java:8);com.acme.Cache.put(Cache.java:9);"
                                + "java.util.HashMap.newNode(HashMap.java:1901);java.util.HashMap$Node 50",
                        "com.acme.Main.main(Main.java:9);java.lang.String 10");
    }

    @Test
    void addsUpStacksThatLookTheSame() {
        String twice = Samples.exact()
                .add("byte[]", 1, 16, "A a 1")
                .add("byte[]", 2, 32, "A a 2")
                .in(directory, "twice.pb.gz");

        assertThat(CommandRun.of("export", twice, "--to", "collapsed").out()).isEqualTo("A.a 48\n");
    }

    @Test
    void keepsTheSeparatorsOfFoldedStacksOutOfNames() {
        String odd = Samples.exact().add("a b;c", 1, 16, "A a;b 1").in(directory, "odd.pb.gz");

        assertThat(CommandRun.of("export", odd, "--to", "collapsed", "--classes")
                        .out())
                .isEqualTo("A.a:b;a_b:c 16\n");
    }

    @Test
    void writesEveryRecordAsJson() {
        CommandRun run = CommandRun.of("export", file, "--to", "json", "--include", "com/acme/Main.java");

        assertThat(run.out()).isEqualTo("""
                {"schema": "tracemalloc.records/1",
                 "time": "2026-01-02T03:04:05Z", "duration_nanos": 7000000000, "traceback_limit": 25, "interval_bytes": 524288, "default_metric": "allocated",
                 "exactness": {"live": "exact", "allocated": "exact"}, "dropped": 0, "truncated": 0, "overhead_bytes": 0,
                 "attributes": {"jvm": "Test \\"VM\\""},
                 "frames": [
                 {"file": "com/acme/Main.java", "line": 9, "class": "com.acme.Main", "method": "main"}],
                 "tracebacks": [
                 {"frames": [0], "total_nframe": 1}],
                 "records": [
                 {"traceback": 0, "class": "java.lang.String", "domain": 0, "thread": "main", "block_size": 0, "live_count": 5, "live_bytes": 120, "allocated_count": 10, "allocated_bytes": 240}]}
                """);
    }

    @Test
    void writesEveryRecordAsCsv() {
        CommandRun run = CommandRun.of("export", file, "--to", "csv");

        assertThat(run.out().lines())
                .containsExactlyInAnyOrder(
                        "file,line,method,class,domain,thread,block_size,live_count,live_bytes,allocated_count,"
                                + "allocated_bytes,traceback",
                        "com/acme/Parser.java,42,com.acme.Parser.parse,byte[],0,main,0,50,298500,100,597000,"
                                + "com/acme/Parser.java:42;com/acme/Main.java:7",
                        "java/util/HashMap.java,1901,java.util.HashMap.newNode,java.util.HashMap$Node,0,main,0,25,800,"
                                + "50,1600,java/util/HashMap.java:1901;com/acme/Cache.java:9;com/acme/Main.java:8",
                        "com/acme/Main.java,9,com.acme.Main.main,java.lang.String,0,main,0,5,120,10,240,"
                                + "com/acme/Main.java:9");
    }

    @Test
    void writesAFileAsAWhole() throws IOException {
        Path target = directory.resolve("out.txt");
        Files.writeString(target, "old");

        CommandRun run = CommandRun.of("export", file, "--to", "collapsed", "-o", target.toString());

        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(target).content().startsWith("com.acme.Main.main 240\n");
        assertThat(names(directory)).containsExactlyInAnyOrder("app.pb.gz", "out.txt");
    }

    @Test
    void leavesNothingBehindWhereItCannotWrite() throws IOException {
        CommandRun run = CommandRun.of("export", file, "--to", "json", "-o", directory.toString());

        assertThat(run.err()).isEqualTo("tracemalloc: " + directory + ": is a directory (-o names a file)\n");
        assertThat(run.status()).isEqualTo(3);
        assertThat(names(directory)).containsExactly("app.pb.gz");
    }

    @Test
    void saysThatTheDirectoryIsMissing() {
        String target = directory.resolve("none/out.json").toString();

        CommandRun run = CommandRun.of("export", file, "--to", "json", "-o", target);

        assertThat(run.err())
                .isEqualTo("tracemalloc: " + target + ": no such directory: " + directory.resolve("none") + "\n");
        assertThat(run.status()).isEqualTo(3);
    }

    @Test
    void refusesOptionsOfAnotherFormat() {
        CommandRun run = CommandRun.of("export", file, "--to", "json", "--lines");

        assertThat(run.err()).isEqualTo("tracemalloc: --count, --lines and --classes are for --to collapsed\n");
        assertThat(run.status()).isEqualTo(2);
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void writesIntoAPipeAndLeavesItThere() throws Exception {
        Path pipe = directory.resolve("pipe");
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
        Process reader = new ProcessBuilder("cat", pipe.toString()).start();

        CommandRun run = CommandRun.of("export", file, "--to", "csv", "-o", pipe.toString());

        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
        assertThat(Files.isRegularFile(pipe)).isFalse();
        assertThat(new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("file,line,");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void replacesWhatALinkPointsAtAndNotTheLink() throws IOException {
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Path real = Files.writeString(elsewhere.resolve("real"), "old");
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("elsewhere/real"));
        Path dangling = Files.createSymbolicLink(directory.resolve("dangling"), Path.of("elsewhere/new"));

        CommandRun.of("export", file, "--to", "csv", "-o", link.toString());
        CommandRun.of("export", file, "--to", "csv", "-o", dangling.toString());

        assertThat(link).isSymbolicLink();
        assertThat(real).content().startsWith("file,line,");
        assertThat(dangling).isSymbolicLink();
        assertThat(elsewhere.resolve("new")).content().startsWith("file,line,");
    }

    @Test
    void refusesALinkThatLeadsToItself() throws IOException {
        Path loop = Files.createSymbolicLink(directory.resolve("loop"), directory.resolve("loop"));

        CommandRun run = CommandRun.of("export", file, "--to", "csv", "-o", loop.toString());

        assertThat(run.status()).isEqualTo(ExitStatus.BAD_INPUT);
        assertThat(run.err()).isEqualTo("tracemalloc: " + loop + ": too many levels of symbolic links\n");
    }

    @Test
    void writesAFileOfTheLongestName() {
        Path longest = directory.resolve("a".repeat(255));

        CommandRun run = CommandRun.of("export", file, "--to", "csv", "-o", longest.toString());

        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
        assertThat(longest).isNotEmptyFile();
    }

    @Test
    void writesToStandardOutputWhereTheFileIsADash() {
        CommandRun run = CommandRun.of("export", file, "--to", "csv", "-o", "-");

        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .isEqualTo(CommandRun.of("export", file, "--to", "csv").out())
                .isNotEmpty();
        assertThat(Path.of("-")).doesNotExist();
    }

    @Test
    void saysThatTheNameOfTheFileIsEmpty() {
        CommandRun run = CommandRun.of("export", file, "--to", "csv", "-o", "");

        assertThat(run.status()).isEqualTo(ExitStatus.WRONG_USAGE);
        assertThat(run.err()).isEqualTo("tracemalloc: -o must name a file, got nothing\n");
    }
}
