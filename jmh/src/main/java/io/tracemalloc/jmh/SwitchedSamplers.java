package io.tracemalloc.jmh;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import measured.programs.Program;

/**
 * What samplers cost real programs, measured finer than {@link RealPrograms} can: within one JVM, switched on and off
 * every few seconds.
 *
 * <p>Two JVMs that run the same program differ by some percent in what C2 made of it, more than a sampler costs. Samplers
 * leave byte code alone, so here both sides run the same machine code, and a slower minute of the machine slows both.
 * What this cannot see is what a sampler costs while it is loaded and off.
 *
 * <p>Arguments: {@code [forks] [programs|all] [samplings|all] [java] [warmUpMillis] [settleMillis]
 * [spanMillis] [quartets]}, times being CPU times of the program's thread. Each
 * quartet of spans (off, on, on, off) gives one ratio; printed are the median of them all and its 95 % interval (from
 * order statistics, which suppose nothing about their distribution), for the CPU time of the program's thread and for
 * that of the process.
 */
public final class SwitchedSamplers {

    private static final int QUARTET = 4;

    /** A heap that does not grow, and compilation in the foreground: a busy machine would leave code interpreted. */
    private static final List<String> WARMED_UP = List.of("-Xms1g", "-Xmx1g", "-XX:-BackgroundCompilation");

    private record Ratios(List<Double> thread, List<Double> process) {}

    private SwitchedSamplers() {}

    /** See the class. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int forks = Integer.parseInt(Report.argument(arguments, 0, "2"));
        String programs = Report.argument(arguments, 1, "all");
        String samplings = Report.argument(arguments, 2, "all");
        String java = Report.argument(arguments, 3, Forks.java());
        List<String> loop = List.of(
                Report.argument(arguments, 4, "15000"),
                Report.argument(arguments, 5, "1000"),
                Report.argument(arguments, 6, "200"),
                Integer.toString(QUARTET * Integer.parseInt(Report.argument(arguments, 7, "60"))));
        System.out.printf("%s, %d forks%n", Forks.version(java), forks);
        System.out.printf(
                "%-9s %-13s %9s %16s %9s %16s %9s%n",
                "program", "sampler", "thread x", "95 %", "process x", "95 %", "quartets");
        for (String program : Report.names(programs, Program.NAMES)) {
            measure(program, samplings(samplings), forks, java, loop);
        }
    }

    private static List<Sampling> samplings(String names) {
        return names.equals("all")
                ? List.of(Sampling.values())
                : Arrays.stream(names.split(",")).map(Sampling::valueOf).toList();
    }

    private static void measure(String program, List<Sampling> samplings, int forks, String java, List<String> loop)
            throws IOException, InterruptedException {
        Map<Sampling, Ratios> ratios = new EnumMap<>(Sampling.class);
        for (int fork = 0; fork < forks; fork++) {
            for (Sampling sampling : Forks.rotated(samplings, fork)) {
                Ratios own = ratios.computeIfAbsent(sampling, s -> new Ratios(new ArrayList<>(), new ArrayList<>()));
                run(program, sampling, java, loop, own);
            }
        }
        ratios.forEach((sampling, own) -> System.out.printf(
                "%-9s %-13s %s %s %9d%n",
                program, sampling.label(), interval(own.thread), interval(own.process), own.thread.size()));
    }

    private static void run(String program, Sampling sampling, String java, List<String> loop, Ratios ratios)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(java));
        command.addAll(WARMED_UP);
        command.addAll(sampling.jvmArguments());
        command.addAll(List.of("-cp", Forks.classPath(), SwitchedLoop.class.getName(), program, sampling.name()));
        command.addAll(loop);
        List<long[]> spans = new ArrayList<>();
        for (String line : Forks.lines(command)) {
            String[] words = line.split(" ");
            if (words[0].equals("span")) {
                spans.add(new long[] {Long.parseLong(words[2]), Long.parseLong(words[3])});
            }
        }
        for (int first = 0; first + QUARTET <= spans.size(); first += QUARTET) {
            ratios.thread.add(ratio(spans, first, 0));
            ratios.process.add(ratio(spans, first, 1));
        }
        if (ratios.thread.isEmpty()) {
            throw new IOException(sampling.label() + ": no quartet of " + program);
        }
    }

    private static double ratio(List<long[]> spans, int first, int what) {
        return (double) (spans.get(first + 1)[what] + spans.get(first + 2)[what])
                / (spans.get(first)[what] + spans.get(first + 3)[what]);
    }

    /** Median and its interval, with the ranks n/2 -+ 1.96 sqrt(n)/2 (Conover, Practical Nonparametric Statistics, 3.2). */
    static String interval(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
        int n = sorted.length;
        double half = 1.96 * Math.sqrt(n) / 2;
        int low = (int) Math.max(1, Math.ceil(n / 2.0 - half));
        int high = (int) Math.min(n, Math.ceil(n / 2.0 + half));
        double median = Report.median(DoubleStream.of(sorted));
        return String.format(Locale.ROOT, "%9.3f %7.3f..%7.3f", median, sorted[low - 1], sorted[high - 1]);
    }
}
