package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.LiveTracking;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.TracedMemory;
import io.tracemalloc.Tracemalloc;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.Statistic;
import io.tracemalloc.statistic.StatisticDiff;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import traced.Work;

/** The examples of the documentation of Python's tracemalloc, through the API. */
final class WorkedExamplesTest {

    private static final TraceOptions OPTIONS = TraceOptions.DEFAULTS.withLive(LiveTracking.OFF);

    @AfterEach
    void stopTracing() {
        Tracemalloc.stop();
    }

    @Test
    void displaysTheTopTenAndTheOthers() throws ReflectiveOperationException {
        Tracemalloc.start(OPTIONS);
        Work.everything(1);
        Work.sink = Work.blocks(100_000);
        Work.sink = Work.biggest();

        Snapshot snapshot = Tracemalloc.takeSnapshot();

        List<Statistic> lines = snapshot.statistics(GroupBy.LINE, false, Metric.ALLOCATED);
        List<Statistic> others = lines.subList(10, lines.size());
        long top = lines.subList(0, 10).stream().mapToLong(Statistic::size).sum();
        assertThat(lines.get(0).toString())
                .isEqualTo("traced/Work.java:" + lineOf(lines.get(0)) + ": size=19.1 MiB, count=1, average=19.1 MiB");
        assertThat(lines.get(1).toString()).endsWith(": size=2344 KiB, count=100000, average=24 B");
        assertThat(others).isNotEmpty();
        assertThat(top + others.stream().mapToLong(Statistic::size).sum())
                .isEqualTo(snapshot.totalBytes(Metric.ALLOCATED));
    }

    @Test
    void computesDifferencesBetweenTwoSnapshots() {
        Tracemalloc.start(OPTIONS);
        Work.sink = Work.blocks(1_000);
        Snapshot before = Tracemalloc.takeSnapshot();

        Work.sink = Work.blocks(50_000);

        Snapshot after = Tracemalloc.takeSnapshot();
        StatisticDiff biggest =
                after.compareTo(before, GroupBy.LINE, false, Metric.ALLOCATED).get(0);
        assertThat(biggest.traceback().site().fileName()).isEqualTo(Work.FILE);
        assertThat(biggest.toString()).endsWith(": size=1195 KiB (+1172 KiB), count=51000 (+50000), average=24 B");
    }

    @Test
    void getsTheTracebackOfTheBiggestBlock() {
        Tracemalloc.start(OPTIONS.withFrames(25).withIntervalBytes(1024));
        Work.sink = Work.biggest();

        Snapshot snapshot = Tracemalloc.takeSnapshot();

        Statistic biggest =
                snapshot.statistics(GroupBy.TRACEBACK, false, Metric.ALLOCATED).get(0);
        assertThat(biggest.count()).isEqualTo(1);
        assertThat(biggest.size()).isEqualTo(20_000_016);
        assertThat(biggest.traceback().frames().stream().map(frame -> frame.className() + "." + frame.methodName()))
                .startsWith(
                        "traced.Work.allocate",
                        "traced.Work.biggest",
                        "io.tracemalloc.capture.bytebuddy.WorkedExamplesTest.getsTheTracebackOfTheBiggestBlock");
    }

    @Test
    void filtersOutTheTracerAndTheClassLoader() {
        Tracemalloc.start(OPTIONS);
        Work.sink = Work.blocks(1_000);

        Snapshot filtered = Tracemalloc.takeSnapshot()
                .filter(
                        Filter.exclude("java/lang/ClassLoader.java"),
                        Filter.exclude("jdk/internal/loader/*"),
                        Filter.exclude("io/tracemalloc/*"),
                        Filter.exclude("<unknown>"));

        List<String> files = filtered.statistics(GroupBy.FILE, false, Metric.ALLOCATED).stream()
                .map(file -> file.traceback().site().fileName())
                .toList();
        assertThat(files).contains(Work.FILE);
        assertThat(files)
                .noneMatch(file -> file.startsWith("jdk/internal/loader/")
                        || file.startsWith("io/tracemalloc/")
                        || file.equals("java/lang/ClassLoader.java"));
    }

    @Test
    void recordsCurrentAndPeakAroundATemporaryList() {
        Tracemalloc.start(TraceOptions.DEFAULTS.withLive(LiveTracking.EXACT));
        Work.sink = Work.blocks(20_000);
        TracedMemory full = Tracemalloc.tracedMemory();
        Work.sink = "";
        System.gc();
        Tracemalloc.takeSnapshot();
        TracedMemory gone = Tracemalloc.tracedMemory();
        Tracemalloc.resetPeak();
        Work.sink = Work.blocks(1_000);
        TracedMemory smallPeak = Tracemalloc.tracedMemory();

        assertThat(full.currentBytes()).isGreaterThan(20_000 * 24);
        assertThat(gone.currentBytes()).isLessThan(full.currentBytes() - 400_000);
        assertThat(gone.peakBytes()).isGreaterThanOrEqualTo(full.currentBytes());
        assertThat(smallPeak.peakBytes()).isBetween(gone.currentBytes() + 24_000, full.currentBytes());
    }

    private static int lineOf(Statistic statistic) {
        return statistic.traceback().site().lineNumber();
    }
}
