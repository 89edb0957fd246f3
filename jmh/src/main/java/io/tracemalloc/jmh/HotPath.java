package io.tracemalloc.jmh;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the methods of {@link measured.HotPathBenchmark} untraced, traced and under the peer, in interleaved rounds of forked JVMs.
 *
 * <p>Arguments: {@code [rounds] [mode,mode,…|all] [java executable]}. Prints, for each benchmark and mode, the fastest
 * sample of all rounds in ns per block, the ratio and the difference to the fastest untraced one, and the bytes allocated
 * per block. The second untraced mode shows the noise. Times are CPU times of the thread ({@link HotLoop}), so that a
 * busy machine disturbs little; JMH, which times by the clock, runs the same class from {@code benchmarks.jar}.
 */
public final class HotPath {

    private final Map<String, Map<Mode, List<Sample>>> samples = new LinkedHashMap<>();

    private record Sample(double nanos, double bytes) {}

    private HotPath() {}

    /** See the class. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        List<Mode> modes = arguments.length > 1 ? Mode.named(arguments[1]) : Mode.HOT_PATH;
        String java = arguments.length > 2 ? arguments[2] : Forks.java();
        HotPath report = new HotPath();
        for (int round = 0; round < rounds; round++) {
            for (Mode mode : Forks.rotated(modes, round)) {
                report.run(mode, java);
            }
        }
        report.print(java, rounds);
    }

    private void run(Mode mode, String java) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(java, "-XX:-BackgroundCompilation"));
        command.addAll(List.of(jvmArguments(mode)));
        command.addAll(List.of(
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=blackhole,org.openjdk.jmh.infra.Blackhole::consumeCompiler",
                "-XX:CompileCommand=dontinline,io.tracemalloc.jmh.HotLoop::perCall",
                "-XX:CompileCommand=dontinline,io.tracemalloc.jmh.HotLoop::lambda*",
                "-DcompilerBlackholesEnabled=true",
                "-cp",
                Forks.classPath(),
                HotLoop.class.getName()));
        for (String line : Forks.lines(command)) {
            String[] words = line.split(" ");
            if (words.length == 4 && HotLoop.LOOPS.containsKey(words[0])) {
                samples.computeIfAbsent(words[0], benchmark -> new LinkedHashMap<>())
                        .computeIfAbsent(mode, m -> new ArrayList<>())
                        .add(new Sample(Double.parseDouble(words[1]), Double.parseDouble(words[3])));
            }
        }
    }

    /** A small heap, touched beforehand: fresh pages from the operating system would be all that is measured. */
    static String[] jvmArguments(Mode mode) {
        List<String> arguments =
                new ArrayList<>(List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "-Xshare:auto"));
        arguments.addAll(mode.jvmArguments());
        return arguments.toArray(String[]::new);
    }

    private void print(String java, int rounds) {
        System.out.printf("%n%s, %d rounds, fastest of each%n", Forks.version(java), rounds);
        System.out.printf(
                "%-16s %-14s %10s %8s %8s %12s%n", "allocates", "mode", "ns/block", "ratio", "+ns", "bytes/block");
        samples.forEach((benchmark, byMode) -> {
            double base = fastest(byMode.getOrDefault(Mode.NONE, List.of()));
            byMode.forEach((mode, runs) -> {
                double nanos = fastest(runs);
                System.out.printf(
                        "%-16s %-14s %10.2f %8.2f %8.2f %12.2f%n",
                        benchmark,
                        mode.label(),
                        nanos,
                        nanos / base,
                        nanos - base,
                        runs.stream().mapToDouble(Sample::bytes).min().orElse(Double.NaN));
            });
        });
    }

    private static double fastest(List<Sample> runs) {
        return runs.stream().mapToDouble(Sample::nanos).min().orElse(Double.NaN);
    }
}
