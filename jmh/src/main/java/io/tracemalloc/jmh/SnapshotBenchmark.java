package io.tracemalloc.jmh;

import io.tracemalloc.Snapshot;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.Statistic;
import io.tracemalloc.statistic.StatisticDiff;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What can be done with a snapshot, at one and at ten million live traces that are records of their own, with 24,000
 * tracebacks of 25 frames.
 *
 * <p>Dimensions: the operation and the number of traces. Left out: several metrics and threads, and what the capture
 * backend does before it writes its records. {@link Snapshots} puts CPython's figures for the same traces beside them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 7)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms4g", "-Xmx4g"})
@SuppressWarnings("NullAway.Init")
public class SnapshotBenchmark {

    /** Live traces. */
    @Param({"1000000", "10000000"})
    public int traces;

    private SnapshotTraces recorded;
    private Snapshot old;
    private Snapshot built;
    private Snapshot snapshot;
    private Path file;
    private Path dumped;

    /** Records the traces, and writes the file to load. */
    @Setup
    public void record() throws IOException {
        SnapshotTraces[] both = SnapshotTraces.oldAndNew(traces);
        old = both[0].take();
        recorded = both[1];
        built = recorded.take();
        file = Files.createTempFile("tracemalloc", ".pb.gz");
        dumped = Files.createTempFile("tracemalloc", ".pb.gz");
        built.dump(file);
    }

    /** A snapshot that has not been asked for anything yet. */
    @Setup(Level.Invocation)
    public void forget() {
        snapshot = Snapshot.of(built.columns(), built.info());
    }

    /** Deletes the files. */
    @TearDown
    public void delete() {
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(dumped);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Bytes of the file. */
    long fileBytes() throws IOException {
        return Files.size(file);
    }

    /** Each block a record. */
    @Benchmark
    public Snapshot take() {
        return recorded.take();
    }

    /** Equal blocks in one record. */
    @Benchmark
    public Snapshot takeMerged() {
        return recorded.takeMerged();
    }

    /** To a file. */
    @Benchmark
    public Path dump() throws IOException {
        snapshot.dump(dumped);
        return dumped;
    }

    /** From a file. */
    @Benchmark
    public Snapshot load() throws IOException {
        return Snapshot.load(file);
    }

    /** By file and line of the allocation site. */
    @Benchmark
    public List<Statistic> statisticsByLine() {
        return snapshot.statistics(GroupBy.LINE);
    }

    /** By the whole traceback. */
    @Benchmark
    public List<Statistic> statisticsByTraceback() {
        return snapshot.statistics(GroupBy.TRACEBACK);
    }

    /** By file of the allocation site. */
    @Benchmark
    public List<Statistic> statisticsByFile() {
        return snapshot.statistics(GroupBy.FILE);
    }

    /** By line, every frame of a traceback counting. */
    @Benchmark
    public List<Statistic> statisticsCumulative() {
        return snapshot.statistics(GroupBy.LINE, true);
    }

    /** With the traces of which a tenth was replaced, by line. */
    @Benchmark
    public List<StatisticDiff> compareByLine() {
        return snapshot.compareTo(old, GroupBy.LINE);
    }

    /** With the traces of which a tenth was replaced, by traceback. */
    @Benchmark
    public List<StatisticDiff> compareByTraceback() {
        return snapshot.compareTo(old, GroupBy.TRACEBACK);
    }

    /** The traces of one file in a hundred. */
    @Benchmark
    public Snapshot filter() {
        return snapshot.filter(Filter.include("app/Leaf7.java"));
    }
}
