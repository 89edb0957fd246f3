package io.tracemalloc.jmh;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs {@link SnapshotBenchmark} and, on the same traces, CPython's tracemalloc; prints both and their ratio.
 *
 * <p>Arguments: {@code [traces,traces,…] [path of snapshots.py, or -] [java executable]}. <em>First</em> is the first
 * call in a JVM that has not done this before, as a command line meets it; <em>steady</em> the median after warm-up.
 * Python runs once before and once after, the median of three calls each; its faster run counts. Beyond one million
 * traces Python is left out.
 */
public final class Snapshots {

    /** Name of an operation in SnapshotBenchmark, and in snapshots.py. */
    private static final Map<String, String> OPERATIONS = operations();

    private Snapshots() {}

    private static Map<String, String> operations() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("take", "take");
        names.put("takeMerged", "take");
        names.put("dump", "dump");
        names.put("load", "load");
        names.put("statisticsByLine", "statistics.line");
        names.put("statisticsByTraceback", "statistics.traceback");
        names.put("statisticsByFile", "statistics.file");
        names.put("statisticsCumulative", "");
        names.put("compareByLine", "compare.line");
        names.put("compareByTraceback", "compare.traceback");
        names.put("filter", "filter");
        return names;
    }

    /** See the class. */
    public static void main(String[] arguments) throws IOException, RunnerException {
        String[] sizes = (arguments.length > 0 ? arguments[0] : "1000000,10000000").split(",");
        String script = arguments.length > 1 ? arguments[1] : "jmh/src/main/python/snapshots.py";
        String java = arguments.length > 2 ? arguments[2] : Forks.java();
        for (String traces : sizes) {
            boolean beside = Integer.parseInt(traces) <= 1_000_000 && !script.equals("-");
            Map<String, Double> before = beside ? python(script, traces) : Map.of();
            Map<String, Double> first = run(java, traces, 0, 1, 1);
            Map<String, Double> steady = run(java, traces, 5, 7, 1);
            Map<String, Double> after = beside ? python(script, traces) : Map.of();
            print(java, traces, first, steady, before, after);
        }
    }

    private static Map<String, Double> run(String java, String traces, int warmUps, int iterations, int forks)
            throws RunnerException {
        OptionsBuilder options = new OptionsBuilder();
        options.include("\\.SnapshotBenchmark\\.")
                .param("traces", traces)
                .jvm(java)
                .warmupIterations(warmUps)
                .measurementIterations(iterations)
                .forks(forks)
                .timeout(TimeValue.minutes(5))
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
        Map<String, Double> medians = new LinkedHashMap<>();
        for (RunResult result : new Runner(options.build()).run()) {
            String name = result.getParams().getBenchmark();
            medians.put(
                    name.substring(name.lastIndexOf('.') + 1),
                    result.getPrimaryResult().getStatistics().getPercentile(50));
        }
        return medians;
    }

    private static Map<String, Double> python(String script, String traces) throws IOException {
        Process process = new ProcessBuilder("python3", Path.of(script).toString(), traces)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Map<String, Double> seconds = new LinkedHashMap<>();
        try (BufferedReader lines = process.inputReader()) {
            lines.lines()
                    .map(line -> line.split(" "))
                    .forEach(words -> seconds.put(words[0], Double.valueOf(words[1])));
        }
        if (!seconds.containsKey("filter")) {
            throw new IOException("python3 " + script + " said only "
                    + Arrays.toString(seconds.keySet().toArray()));
        }
        return seconds;
    }

    private static void print(
            String java,
            String traces,
            Map<String, Double> first,
            Map<String, Double> steady,
            Map<String, Double> before,
            Map<String, Double> after) {
        System.out.printf("%n%s, %s traces%n", Forks.version(java), traces);
        System.out.printf(
                "%-24s %10s %10s %12s %10s %10s%n",
                "operation", "first ms", "steady ms", "CPython ms", "first x", "steady x");
        OPERATIONS.forEach((operation, name) -> {
            double python =
                    Math.min(before.getOrDefault(name, Double.NaN), after.getOrDefault(name, Double.NaN)) * 1000;
            double cold = first.getOrDefault(operation, Double.NaN);
            double warm = steady.getOrDefault(operation, Double.NaN);
            System.out.printf(
                    Locale.ROOT,
                    "%-24s %10.1f %10.1f %12.0f %10.1f %10.1f%n",
                    operation,
                    cold,
                    warm,
                    python,
                    python / cold,
                    python / warm);
        });
        System.out.printf(
                "bytes of the file per trace: %.2f, CPython %.2f%n",
                FileSize.perTrace(Integer.parseInt(traces)),
                after.getOrDefault("file.bytes", Double.NaN) / after.getOrDefault("traces", Double.NaN));
    }

    /** Kept apart, so that its work is not part of a timed JVM. */
    private static final class FileSize {
        static double perTrace(int traces) {
            SnapshotBenchmark benchmark = new SnapshotBenchmark();
            benchmark.traces = traces;
            try {
                benchmark.record();
                return (double) benchmark.fileBytes() / traces;
            } catch (IOException failure) {
                throw new java.io.UncheckedIOException(failure);
            } finally {
                benchmark.delete();
            }
        }
    }
}
