package io.tracemalloc.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SnapshotBenchmarkTest {

    private static final int TRACES = 50_000;

    private final SnapshotBenchmark benchmark = new SnapshotBenchmark();

    @BeforeEach
    void record() throws IOException {
        benchmark.traces = TRACES;
        benchmark.record();
        benchmark.forget();
    }

    @AfterEach
    void delete() {
        benchmark.delete();
    }

    @Test
    void takesOneRecordPerTrace() {
        Snapshot snapshot = benchmark.take();

        assertThat(snapshot.columns().recordCount()).isEqualTo(TRACES);
        assertThat(snapshot.columns().tracebackCount()).isEqualTo(24_000);
        assertThat(snapshot.columns().tracebackLength(0)).isEqualTo(25);
        assertThat(snapshot.totalCount(Metric.LIVE)).isEqualTo(TRACES);
        // 16 bytes and an exponential of mean 64 in steps of 8.
        assertThat(snapshot.totalBytes(Metric.LIVE) / TRACES).isBetween(74L, 78L);
    }

    @Test
    void mergesEqualRecords() {
        Snapshot merged = benchmark.takeMerged();

        assertThat(merged.columns().recordCount()).isLessThan(TRACES);
        assertThat(merged.totalCount(Metric.LIVE)).isEqualTo(TRACES);
        assertThat(merged.totalBytes(Metric.LIVE)).isEqualTo(benchmark.take().totalBytes(Metric.LIVE));
    }

    @Test
    void loadsWhatItDumps() throws IOException {
        Snapshot loaded = benchmark.load();

        assertThat(loaded.totalBytes(Metric.LIVE)).isEqualTo(benchmark.take().totalBytes(Metric.LIVE));
        assertThat(Files.size(benchmark.dump())).isEqualTo(benchmark.fileBytes());
    }

    @Test
    void groupsIntoLinesTracebacksAndFiles() {
        assertThat(benchmark.statisticsByLine()).hasSize(2_000);
        assertThat(benchmark.statisticsByFile()).hasSize(100);
        assertThat(benchmark.statisticsByTraceback()).hasSizeBetween(20_000, 24_000);
        assertThat(benchmark.statisticsCumulative()).hasSize(2_000 + 12 * 24);
    }

    @Test
    void comparesWithTracesOfWhichATenthDiffers() {
        long changed = benchmark.compareByTraceback().stream()
                .filter(diff -> diff.countDiff() != 0)
                .count();

        assertThat(changed).isBetween(3_000L, 12_000L);
        assertThat(benchmark.compareByLine()).hasSize(2_000);
        assertThat(benchmark.compareByLine().stream()
                        .mapToLong(diff -> diff.countDiff())
                        .sum())
                .isZero();
    }

    @Test
    void filtersOneFileInAHundred() {
        assertThat(benchmark.filter().totalCount(Metric.LIVE)).isBetween(400L, 600L);
    }
}
