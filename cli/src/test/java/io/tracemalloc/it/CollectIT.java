package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.Statistic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many traced JVMs collected by one command, of which one is killed and one hangs meanwhile. How many is up to the system
 * property {@code tracemalloc.collect.jvms}, 8 by default.
 */
@DisabledOnOs(OS.WINDOWS)
final class CollectIT {

    private static final int JVMS = Integer.getInteger("tracemalloc.collect.jvms", 8);
    private static final Subject EXITS = Subject.of("known.Exits");

    @TempDir
    Path directory;

    private final List<Forked.Running> jvms = new ArrayList<>();
    private Forked.Running collector;

    @AfterEach
    void endAll() {
        if (collector != null) {
            Killed.kill(collector.process());
        }
        jvms.forEach(jvm -> Killed.kill(jvm.process()));
    }

    @Test
    void collectsAllThatAnswerWhileOneIsKilledAndOneHangs() throws IOException, InterruptedException {
        startJvms();
        String killed = pid(jvms.get(0));
        String hung = pid(jvms.get(1));

        collector = collect("--every", "3s", "--deadline", "2s", "--parallel", "4", "--merge", sum().toString());
        String whileAllAnswer = awaitRoundOf(JVMS);
        signal("KILL", killed);
        signal("STOP", hung);
        collector.awaitError("tracemalloc: " + killed + ": .*; will be tried again, first in 1 s");
        collector.awaitError("tracemalloc: " + hung + ": no answer within 2 s; will be tried again, first in 1 s");
        String whileTwoAreOut = awaitRoundOf(JVMS - 2);
        signal("CONT", hung);
        collector.awaitError("tracemalloc: " + hung + ": back after .* failed tr.*");
        awaitRoundOf(JVMS - 1);
        collector.process().destroy();
        Forked.Ended ended = collector.end();

        assertThat(ended.status()).isZero();
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .containsPattern("tracemalloc: collected \\d+ snapshots \\(.* bytes\\) of " + JVMS
                        + " targets in \\d+ rounds; \\d+ tr.* failed\n")
                .containsPattern("tracemalloc: not reached: " + killed + " \\(.*\\)\n")
                .doesNotContain("not reached: " + hung);
        // One line when it fails, however often it is tried. (A busy machine may have let it fail before it was
        // killed.)
        assertThat(whileTwoAreOut
                        .substring(whileAllAnswer.length())
                        .lines()
                        .filter(line -> line.startsWith("tracemalloc: " + killed + ":")))
                .hasSize(1);
        assertEveryFileIsWhole();
        assertSumHasAllButTheKilled(killed);
    }

    private void startJvms() {
        for (int i = 0; i < JVMS; i++) {
            jvms.add(new Forked(JavaHome.of(17))
                    .jvm("-Xmx32m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
                    .agent("frames=4")
                    .main(EXITS, "wait")
                    .start());
            // A few at a time: all at once they would only stand in each other's way.
            if (i % 4 == 3) {
                jvms.subList(i - 3, i + 1).forEach(jvm -> jvm.awaitOutput("out:"));
            }
        }
        jvms.forEach(jvm -> jvm.awaitOutput("out:"));
    }

    private Forked.Running collect(String... options) throws IOException {
        Path list = Files.writeString(
                directory.resolve("jvms.txt"), jvms.stream().map(CollectIT::pid).collect(Collectors.joining("\n")));
        return new Forked(JavaHome.of(17))
                .jvm("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
                .with(Forked.agentJar())
                .arguments(
                        "io.tracemalloc.cli.Main", "collect", "-o", snapshots().toString())
                .arguments("--targets", list.toString())
                .arguments(options)
                .start();
    }

    private static String pid(Forked.Running jvm) {
        return Long.toString(jvm.process().pid());
    }

    private Path snapshots() {
        return directory.resolve("snapshots");
    }

    private Path sum() {
        return directory.resolve("sum.pb.gz");
    }

    private static void signal(String name, String pid) throws IOException, InterruptedException {
        int status = new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid)
                .inheritIO()
                .start()
                .waitFor();
        assertThat(status).isZero();
    }

    /** Waits for a round that starts from now on and brings so many. */
    private String awaitRoundOf(int targets) {
        String before = collector.awaitError("tracemalloc: round 1: .*");
        int rounds =
                (int) before.lines().filter(line -> line.contains(": round ")).count();
        // The next one may have begun before.
        String later = IntStream.range(rounds + 1, rounds + 60)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining("|", "(", ")"));
        return collector.awaitError("tracemalloc: round " + later + ": " + targets + " of " + JVMS + " targets, .*");
    }

    private void assertEveryFileIsWhole() throws IOException {
        Map<String, Long> files;
        try (Stream<Path> entries = Files.list(snapshots())) {
            files = entries.filter(file -> file.toString().endsWith(".pb.gz"))
                    .peek(file ->
                            assertThat(load(file).totalCount(Metric.ALLOCATED)).isGreaterThan(1000))
                    .map(file -> file.getFileName().toString())
                    .collect(
                            Collectors.groupingBy(name -> name.substring(0, name.indexOf('-')), Collectors.counting()));
        }
        assertThat(files).hasSize(JVMS);
        assertThat(files.get(pid(jvms.get(JVMS - 1)))).isGreaterThanOrEqualTo(3);
    }

    private void assertSumHasAllButTheKilled(String killed) {
        List<String> hosts = load(sum()).statistics(GroupBy.HOST, false, Metric.ALLOCATED).stream()
                .map(Statistic::key)
                .toList();
        assertThat(hosts)
                .doesNotContain(killed)
                .isSubsetOf(jvms.stream().map(CollectIT::pid).toList())
                .hasSizeGreaterThanOrEqualTo(1);
    }

    private static Snapshot load(Path file) {
        try {
            return Snapshot.load(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
