package io.tracemalloc;

import static io.tracemalloc.SnapshotFixture.allocatedOnly;
import static io.tracemalloc.SnapshotFixture.at;
import static io.tracemalloc.SnapshotFixture.block;
import static io.tracemalloc.SnapshotFixture.live;
import static io.tracemalloc.SnapshotFixture.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.SnapshotBuilder;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.Statistic;
import io.tracemalloc.statistic.StatisticDiff;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotTest {

    private static final Frame A2 = at("com/acme/A.java", 2);
    private static final Frame A5 = at("com/acme/A.java", 5);
    private static final Frame B4 = at("com/acme/b/B.java", 4);

    private static List<String> lines(List<Statistic> statistics) {
        return statistics.stream().map(Statistic::toString).toList();
    }

    private static List<String> diffLines(List<StatisticDiff> statistics) {
        return statistics.stream().map(StatisticDiff::toString).toList();
    }

    private static Snapshot sample() {
        return live(
                block(10, A2, B4).times(3).of("byte[]").by("main"),
                block(66, A5, A2).of("int[]").by("main"),
                block(7, B4).in(1).of("").by("worker"));
    }

    @Test
    void groupsByLine() {
        assertThat(lines(sample().statistics(GroupBy.LINE)))
                .containsExactly(
                        "com/acme/A.java:5: size=66 B, count=1, average=66 B",
                        "com/acme/A.java:2: size=30 B, count=3, average=10 B",
                        "com/acme/b/B.java:4: size=7 B, count=1, average=7 B");
    }

    @Test
    void groupsByFileWithLineZero() {
        List<Statistic> files = sample().statistics(GroupBy.FILE);

        assertThat(lines(files))
                .containsExactly(
                        "com/acme/A.java:0: size=96 B, count=4, average=24 B",
                        "com/acme/b/B.java:0: size=7 B, count=1, average=7 B");
        assertThat(files.get(0).traceback()).isEqualTo(Traceback.of(new Frame("", "", "com/acme/A.java", 0)));
    }

    @Test
    void groupsByTraceback() {
        List<Statistic> tracebacks = sample().statistics(GroupBy.TRACEBACK);

        assertThat(tracebacks)
                .extracting(Statistic::traceback)
                .containsExactly(Traceback.of(A5, A2), Traceback.of(A2, B4), Traceback.of(B4));
        assertThat(tracebacks).extracting(Statistic::size).containsExactly(66L, 30L, 7L);
    }

    @Test
    void groupsByClassMethodPackageThreadAndDomain() {
        Snapshot snapshot = sample();

        assertThat(lines(snapshot.statistics(GroupBy.CLASS)))
                .containsExactly(
                        "int[]: size=66 B, count=1, average=66 B",
                        "byte[]: size=30 B, count=3, average=10 B",
                        "<unknown>: size=7 B, count=1, average=7 B");
        assertThat(lines(snapshot.statistics(GroupBy.METHOD)))
                .containsExactly(
                        "com.acme.A.run: size=96 B, count=4, average=24 B",
                        "com.acme.b.B.run: size=7 B, count=1, average=7 B");
        assertThat(lines(snapshot.statistics(GroupBy.PACKAGE)))
                .containsExactly(
                        "com.acme: size=96 B, count=4, average=24 B", "com.acme.b: size=7 B, count=1, average=7 B");
        assertThat(lines(snapshot.statistics(GroupBy.THREAD)))
                .containsExactly("main: size=96 B, count=4, average=24 B", "worker: size=7 B, count=1, average=7 B");
        assertThat(lines(snapshot.statistics(GroupBy.DOMAIN)))
                .containsExactly("0: size=96 B, count=4, average=24 B", "1: size=7 B, count=1, average=7 B");
        assertThat(snapshot.statistics(GroupBy.CLASS))
                .allSatisfy(each -> assertThat(each.traceback()).isEqualTo(Traceback.EMPTY));
    }

    @Test
    void countsEveryFrameWhenCumulative() {
        assertThat(lines(sample().statistics(GroupBy.LINE, true)))
                .containsExactly(
                        "com/acme/A.java:2: size=96 B, count=4, average=24 B",
                        "com/acme/A.java:5: size=66 B, count=1, average=66 B",
                        "com/acme/b/B.java:4: size=37 B, count=4, average=9 B");
        assertThat(lines(sample().statistics(GroupBy.PACKAGE, true)))
                .containsExactly(
                        "com.acme: size=96 B, count=4, average=24 B", "com.acme.b: size=37 B, count=4, average=9 B");
    }

    @Test
    void countsRecursiveFrameOnceWhenCumulative() {
        Snapshot snapshot = live(block(10, A2, A2, B4, A2).times(2));

        assertThat(lines(snapshot.statistics(GroupBy.LINE, true)))
                .containsExactly(
                        "com/acme/b/B.java:4: size=20 B, count=2, average=10 B",
                        "com/acme/A.java:2: size=20 B, count=2, average=10 B");
        assertThat(snapshot.statistics(GroupBy.METHOD, true))
                .extracting(Statistic::count)
                .containsExactly(2L, 2L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"traceback", "class", "thread", "host", "domain"})
    void refusesToBeCumulativeWhereThatHasNoMeaning(String name) {
        Snapshot snapshot = sample();
        GroupBy groupBy = GroupBy.named(name);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> snapshot.statistics(groupBy, true))
                .withMessage("cumulative works with line, file, method and package, not with " + name);
        assertThatIllegalArgumentException().isThrownBy(() -> snapshot.compareTo(snapshot, groupBy, true));
    }

    @Test
    void looksAtFileAndLineOnly() {
        Frame bar = new Frame("A", "bar", "A.java", 2);
        Frame foo = new Frame("A", "foo", "A.java", 2);
        Snapshot snapshot = live(block(10, foo, B4), block(20, bar, B4));

        assertThat(snapshot.statistics(GroupBy.LINE))
                .containsExactly(new Statistic(Traceback.of(bar), "A.java:2", 30, 2, false));
        assertThat(snapshot.statistics(GroupBy.TRACEBACK))
                .containsExactly(new Statistic(Traceback.of(bar, B4), "A.java:2", 30, 2, false));
        assertThat(snapshot.statistics(GroupBy.METHOD))
                .extracting(Statistic::key)
                .containsExactly("A.bar", "A.foo");
    }

    @Test
    void ignoresTotalFramesWhenItGroupsByTraceback() {
        SnapshotBuilder builder = new SnapshotBuilder();
        int frame = builder.frame("A", "run", "A.java", 2);
        for (int total : new int[] {3, 9}) {
            int traceback = builder.traceback(new int[] {frame}, 1, total);
            builder.add(builder.record(traceback, 0, 0, 0, 16), Metric.LIVE, 1, 16);
        }

        Snapshot snapshot = builder.snapshot(SnapshotFixture.info());

        assertThat(lines(snapshot.statistics(GroupBy.TRACEBACK)))
                .containsExactly("A.java:2: size=32 B, count=2, average=16 B");
        assertThat(snapshot.traces())
                .extracting(trace -> trace.traceback().totalFrames())
                .containsExactly(3, 9);
    }

    @Test
    void treatsATracebackWithoutFramesAsTheUnknownFrame() {
        Snapshot snapshot = live(block(10), block(20, Frame.UNKNOWN), block(5, A2));

        for (GroupBy groupBy : List.of(GroupBy.LINE, GroupBy.TRACEBACK)) {
            assertThat(snapshot.statistics(groupBy).get(0))
                    .isEqualTo(new Statistic(Traceback.of(Frame.UNKNOWN), "<unknown>:0", 30, 2, false));
        }
        assertThat(snapshot.statistics(GroupBy.LINE, true).get(0).size()).isEqualTo(30);
        assertThat(snapshot.statistics(GroupBy.METHOD).get(0))
                .isEqualTo(new Statistic(Traceback.EMPTY, "", 30, 2, false));
    }

    @Test
    void ordersBySizeThenCountThenTraceback() {
        Snapshot snapshot = live(
                block(10, at("A.java", 1)),
                block(10, at("B.java", 1)),
                block(5, at("C.java", 1)).times(2),
                block(11, at("D.java", 1)));

        assertThat(snapshot.statistics(GroupBy.LINE))
                .extracting(Statistic::key)
                .containsExactly("D.java:1", "C.java:1", "B.java:1", "A.java:1");
    }

    @Test
    void addsUpWhicheverMetricIsAsked() {
        Snapshot snapshot = live(block(10, A2).times(5).living(2), block(20, B4).living(0));

        assertThat(lines(snapshot.statistics(GroupBy.LINE, false, Metric.ALLOCATED)))
                .containsExactly(
                        "com/acme/A.java:2: size=50 B, count=5, average=10 B",
                        "com/acme/b/B.java:4: size=20 B, count=1, average=20 B");
        assertThat(lines(snapshot.statistics(GroupBy.LINE, false, Metric.LIVE)))
                .containsExactly("com/acme/A.java:2: size=20 B, count=2, average=10 B");
        assertThat(lines(snapshot.statistics(GroupBy.LINE, false, Metric.FREED)))
                .containsExactly(
                        "com/acme/A.java:2: size=30 B, count=3, average=10 B",
                        "com/acme/b/B.java:4: size=20 B, count=1, average=20 B");
        assertThat(snapshot.totalBytes(Metric.ALLOCATED)).isEqualTo(70);
        assertThat(snapshot.totalCount(Metric.ALLOCATED)).isEqualTo(6);
        assertThat(snapshot.totalBytes(Metric.FREED)).isEqualTo(50);
        assertThat(snapshot.totalCount(Metric.FREED)).isEqualTo(4);
    }

    @Test
    void addsUpWhatWasFreedOfEachRecord() {
        Snapshot snapshot = snapshot(
                Exactness.ESTIMATED,
                block(10, A2).times(5).living(2),
                block(10, A2).of("byte[]").times(1).living(4),
                block(20, B4).times(1).living(3));

        long rows = snapshot.statistics(GroupBy.LINE, false, Metric.FREED).stream()
                .mapToLong(Statistic::size)
                .sum();

        assertThat(rows).isEqualTo(30);
        assertThat(snapshot.totalBytes(Metric.FREED)).isEqualTo(30);
        assertThat(snapshot.totalCount(Metric.FREED)).isEqualTo(3);
        assertThat(snapshot.traces()).hasSize(3);
    }

    @Test
    void neverCountsLessThanNothingAsFreed() {
        SnapshotBuilder builder = new SnapshotBuilder();
        int traceback = builder.traceback(new int[0], 0, 0);
        int record = builder.record(traceback, 0, 0, 0, 16);
        builder.add(record, Metric.ALLOCATED, 1, 16);
        builder.add(record, Metric.LIVE, 3, 48);

        Snapshot snapshot = builder.snapshot(SnapshotFixture.info());

        assertThat(snapshot.totalBytes(Metric.FREED)).isZero();
        assertThat(snapshot.columns().bytes(record, Metric.FREED)).isZero();
        assertThat(snapshot.statistics(GroupBy.LINE, false, Metric.FREED)).isEmpty();
    }

    @Test
    void namesTheMetricsItHas() {
        Snapshot snapshot = allocatedOnly(block(10, A2));

        assertThat(snapshot.metrics()).containsExactly(Metric.ALLOCATED);
        assertThat(snapshot.defaultMetric()).isEqualTo(Metric.ALLOCATED);
        assertThat(snapshot.has(Metric.LIVE)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> snapshot.statistics(GroupBy.LINE, false, Metric.LIVE))
                .withMessage("the snapshot has no values for live, only for allocated");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sample().compareTo(snapshot, GroupBy.LINE))
                .withMessage("the old snapshot has no values for live, only for allocated");
        assertThatIllegalArgumentException().isThrownBy(() -> snapshot.totalBytes(Metric.FREED));
        assertThatIllegalArgumentException().isThrownBy(() -> snapshot.exactness(Metric.PEAK));
        assertThat(sample().metrics()).containsExactly(Metric.LIVE, Metric.ALLOCATED, Metric.FREED);
    }

    @Test
    void hasNoStatisticsWithoutTraces() {
        Snapshot snapshot = live();

        assertThat(snapshot.traces()).isEmpty();
        assertThat(snapshot.statistics(GroupBy.LINE)).isEmpty();
        assertThat(snapshot.compareTo(snapshot, GroupBy.TRACEBACK)).isEmpty();
        assertThat(snapshot.totalBytes(Metric.LIVE)).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new SnapshotBuilder().snapshot(SnapshotFixture.info()).statistics(GroupBy.LINE))
                .withMessage("the snapshot has no values for live, only for none");
    }

    @Test
    void saysWhichStatisticsAreEstimated() {
        Snapshot exact = snapshot(Exactness.EXACT, block(10, A2, B4));
        Snapshot bySite = snapshot(Exactness.EXACT_BY_SITE, block(10, A2, B4));
        Snapshot estimated = snapshot(Exactness.ESTIMATED, block(10, A2, B4));

        for (String name :
                List.of("line", "file", "method", "package", "class", "thread", "host", "domain", "traceback")) {
            GroupBy groupBy = GroupBy.named(name);
            assertThat(exact.statistics(groupBy).get(0).estimated()).isFalse();
            assertThat(bySite.statistics(groupBy).get(0).estimated()).isEqualTo(name.equals("traceback"));
            assertThat(estimated.statistics(groupBy).get(0).estimated()).isTrue();
            assertThat(bySite.compareTo(exact, groupBy).get(0).estimated()).isEqualTo(name.equals("traceback"));
            assertThat(exact.compareTo(estimated, groupBy).get(0).estimated()).isTrue();
        }
        assertThat(exact.statistics(GroupBy.LINE, true).get(0).estimated()).isFalse();
        assertThat(bySite.statistics(GroupBy.LINE, true).get(0).estimated()).isTrue();
        assertThat(bySite.statistics(GroupBy.LINE, false, Metric.FREED).isEmpty())
                .isTrue();
    }

    @Test
    void comparesWithAnOlderSnapshot() {
        Snapshot old = live(block(10, A2).times(2), block(50, B4), block(3, A5));
        Snapshot current = live(block(10, A2).times(5), block(3, A5), block(5, at("New.java", 1)));

        assertThat(diffLines(current.compareTo(old, GroupBy.LINE)))
                .containsExactly(
                        "com/acme/b/B.java:4: size=0 B (-50 B), count=0 (-1)",
                        "com/acme/A.java:2: size=50 B (+30 B), count=5 (+3), average=10 B",
                        "New.java:1: size=5 B (+5 B), count=1 (+1), average=5 B",
                        "com/acme/A.java:5: size=3 B (+0 B), count=1 (+0), average=3 B");
    }

    @Test
    void comparesByEveryGroupingThoughIdsDiffer() {
        Snapshot old = live(
                block(8, B4).of("int[]").by("t2").in(3),
                block(16, A2, B4).of("byte[]").by("t1"));
        Snapshot current = live(
                block(16, A2, B4).of("byte[]").by("t1"),
                block(8, B4).of("int[]").by("t2").in(3));

        for (String name :
                List.of("line", "file", "method", "package", "class", "thread", "host", "domain", "traceback")) {
            assertThat(current.compareTo(old, GroupBy.named(name))).isNotEmpty().allSatisfy(diff -> {
                assertThat(diff.sizeDiff()).isZero();
                assertThat(diff.countDiff()).isZero();
                assertThat(diff.count()).isPositive();
            });
        }
    }

    @Test
    void ordersDifferencesByChangeThenSizeThenCountThenTraceback() {
        Snapshot old =
                live(block(10, at("A.java", 1)), block(2, at("E.java", 1)).times(5), block(6, at("F.java", 1)));
        Snapshot current = live(
                block(20, at("B.java", 1)),
                block(10, at("C.java", 1)),
                block(5, at("D.java", 1)).times(2),
                block(6, at("F.java", 1)));

        assertThat(diffLines(current.compareTo(old, GroupBy.LINE)))
                .containsExactly(
                        "B.java:1: size=20 B (+20 B), count=1 (+1), average=20 B",
                        "D.java:1: size=10 B (+10 B), count=2 (+2), average=5 B",
                        "C.java:1: size=10 B (+10 B), count=1 (+1), average=10 B",
                        "E.java:1: size=0 B (-10 B), count=0 (-5)",
                        "A.java:1: size=0 B (-10 B), count=0 (-1)",
                        "F.java:1: size=6 B (+0 B), count=1 (+0), average=6 B");
    }

    @Test
    void showsItsTracesAsAList() {
        Snapshot snapshot = live(
                block(10, A2, B4).times(3).living(1).of("byte[]").by("main").in(1));

        assertThat(snapshot.traces())
                .containsExactly(new Trace(1, 10, "byte[]", "main", "", Traceback.of(A2, B4), 3, 30, 1, 10));
        assertThat(snapshot.traces().get(0).traceback())
                .isSameAs(snapshot.traces().get(0).traceback());
        assertThat(snapshot.tracebackLimit()).isEqualTo(25);
    }

    @Test
    void statesTheErrorOfSampling() {
        SnapshotBuilder builder = new SnapshotBuilder();
        int traceback = builder.traceback(new int[0], 0, 0);
        int record = builder.record(traceback, 0, 0, 0, 1024);
        builder.add(record, Metric.LIVE, 1000, 1_024_000);
        builder.add(record, Metric.ALLOCATED, 4000, 4_096_000);
        builder.add(record, Metric.PEAK, 3000, 3_072_000);
        builder.recorded(Metric.LIVE, Exactness.ESTIMATED);
        builder.recorded(Metric.PEAK, Exactness.EXACT_BY_SITE);
        Snapshot snapshot = builder.snapshot(new SnapshotInfo(Instant.EPOCH, Duration.ZERO, 1, 524_288, Metric.LIVE));

        // p = 1 - exp(-1/512); 1000 * 1024^2 * (1 - p) / p = 536,346,794,667
        assertThat(snapshot.standardErrorBytes(Metric.LIVE)).isCloseTo(732_357.0, within(1.0));
        assertThat(snapshot.standardErrorBytes(Metric.FREED)).isEqualTo(snapshot.standardErrorBytes(Metric.LIVE));
        assertThat(snapshot.standardErrorBytes(Metric.ALLOCATED)).isZero();
        assertThat(snapshot.standardErrorBytes(Metric.PEAK)).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> snapshot.standardErrorBytes(Metric.TEMPORARY))
                .withMessage("the snapshot has no values for temporary, only for live, allocated, freed, peak");
    }

    @Test
    void statesTheErrorOfSamplesThatWereCloserTogether() {
        SnapshotBuilder builder = new SnapshotBuilder();
        int record = builder.record(builder.traceback(new int[0], 0, 0), 0, 0, 0, 1024);
        builder.add(record, Metric.LIVE, 1000, 1_024_000);
        builder.add(record, Metric.ALLOCATED, 4000, 4_096_000);
        builder.recorded(Metric.LIVE, Exactness.ESTIMATED);
        builder.recorded(Metric.ALLOCATED, Exactness.ESTIMATED);
        builder.attribute(AllocationSink.SAMPLED_INTERVAL, "8192");
        builder.attribute(AllocationSink.LIVE_INTERVAL, "16384");
        Snapshot snapshot = builder.snapshot(new SnapshotInfo(Instant.EPOCH, Duration.ZERO, 1, 524_288, Metric.LIVE));

        // p = 1 - exp(-1/8); 4000 * 1024^2 * (1 - p) / p = 31,500,959,293
        assertThat(snapshot.standardErrorBytes(Metric.ALLOCATED)).isCloseTo(177_485.1, within(1.0));
        // p = 1 - exp(-1/16); 1000 * 1024^2 * (1 - p) / p = 16,258,388,978
        assertThat(snapshot.standardErrorBytes(Metric.LIVE)).isCloseTo(127_508.4, within(1.0));
    }

    @Test
    void copiesColumnsOfAnotherMake() {
        Snapshot original = sample();

        Snapshot copy = Snapshot.of(SnapshotColumnsView.of(original.columns()), original.info());

        assertThat(copy.columns()).isNotSameAs(original.columns());
        assertThat(copy.traces()).isEqualTo(original.traces());
        assertThat(copy.metrics()).isEqualTo(original.metrics());
        assertThat(copy.statistics(GroupBy.LINE)).isEqualTo(original.statistics(GroupBy.LINE));
    }

    @Test
    void copiesEverythingOfColumnsOfAnotherMake() {
        for (int seed = 0; seed < 20; seed++) {
            Snapshot original = new RandomSnapshots(seed).next(200);

            SnapshotContents.assertSame(
                    Snapshot.of(SnapshotColumnsView.of(original.columns()), original.info()), original);
        }
    }

    @Test
    void givesEveryThreadTheSameTracebacks() {
        Snapshot snapshot = new RandomSnapshots(4).next(2_000);

        List<List<Trace>> seen = IntStream.range(0, 8)
                .parallel()
                .mapToObj(thread -> List.copyOf(snapshot.traces()))
                .toList();

        for (List<Trace> traces : seen) {
            for (int i = 0; i < traces.size(); i++) {
                assertThat(traces.get(i).traceback())
                        .isSameAs(seen.get(0).get(i).traceback());
            }
        }
    }
}
