package io.tracemalloc.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The gate: tracing must not allocate, and must not keep the JIT from removing allocations. */
class HotPathAllocationIT {

    /** JMH divides what the whole JVM allocated, so a few bytes of its own are spread over millions of blocks. */
    private static final double NOISE = 0.05;

    /** What the tracer itself allocates for a sample, 5 KB or so, once in 512 KiB: about 1 percent, at most 2. */
    private static final double SAMPLES = 0.32;

    /** A string of 24 bytes and its bytes, 32 and sometimes 24; the builder and its array would be 56 more. */
    private static final double BUILT = 56;

    @Test
    void countsWithoutAllocating() throws RunnerException {
        Map<String, Double> bytes = bytesPerBlock(Mode.COUNTS);

        assertThat(bytes.get("object")).isBetween(16 - NOISE, 16 + NOISE);
        assertThat(bytes.get("scalarReplaced")).isBetween(0.0, NOISE);
        assertThat(bytes.get("builder")).isBetween(BUILT - NOISE, BUILT + NOISE);
    }

    @Test
    void samplesWithinTwoPercentOfTheBytesAndWithoutDefeatingEscapeAnalysis() throws RunnerException {
        Map<String, Double> bytes = bytesPerBlock(Mode.FRAMES_25);

        assertThat(bytes.get("object")).isBetween(16 - NOISE, 16 + SAMPLES);
        assertThat(bytes.get("scalarReplaced")).isBetween(0.0, SAMPLES);
    }

    /** The least of several short iterations: code that is not compiled yet allocates what escape analysis removes. */
    private static Map<String, Double> bytesPerBlock(Mode mode) throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("\\.HotPathBenchmark\\.(object|scalarReplaced|builder)$")
                        .jvmArgsAppend(HotPath.jvmArguments(mode))
                        .addProfiler(GCProfiler.class)
                        .forks(1)
                        .warmupIterations(2)
                        .warmupTime(TimeValue.milliseconds(500))
                        .measurementIterations(12)
                        .measurementTime(TimeValue.milliseconds(200))
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .build())
                .run();
        Map<String, Double> bytes = new HashMap<>();
        for (RunResult result : results) {
            String name = result.getParams().getBenchmark();
            bytes.put(
                    name.substring(name.lastIndexOf('.') + 1),
                    result.getSecondaryResults()
                            .get("gc.alloc.rate.norm")
                            .getStatistics()
                            .getMin());
        }
        return bytes;
    }
}
