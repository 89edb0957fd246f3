package io.tracemalloc.jmh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import measured.programs.Program;

/**
 * What tracing costs real programs: each program in a JVM of its own for each mode, in interleaved rounds of rotated
 * order, timed in its inner loop well past the warm-up.
 *
 * <p>Arguments: {@code what [rounds] [programs|all] [modes|all] [java] [warm-up CPU ms] [timed CPU ms]}, where <em>what</em> is
 *
 * <ul>
 *   <li>{@code cost}: time per iteration over the untraced time of the same round;
 *   <li>{@code beside}: the same, but the untraced program runs at the same time on another processor, and the two change
 *       places with every round, so that what neighbours on the machine take from the one they take from the other; needs
 *       Linux's {@code taskset};
 *   <li>{@code completeness}: bytes counted over bytes really allocated, without escape analysis;
 *   <li>{@code startup}: time from launch to end of a program that says hello;
 *   <li>{@code threads}: speed-up of two threads over one.
 * </ul>
 *
 * <p>Times are the CPU times of the program's thread, so that other work on the machine does not count; <em>best x</em>
 * compares the fastest iterations. Wall times are printed beside them: what collector threads do is in them only.
 */
public final class RealPrograms {

    private static final List<Mode> COSTS = List.of(
            Mode.NONE,
            Mode.NONE_AGAIN,
            Mode.COUNTS,
            Mode.LIVE,
            Mode.FRAMES_8,
            Mode.FRAMES_25,
            Mode.LIVE_EXACT,
            Mode.EVERY_BLOCK,
            Mode.INSTRUMENTER,
            Mode.FLIGHT_RECORDER);
    private static final List<Mode> COUNTING = List.of(Mode.COUNTS, Mode.FRAMES_25, Mode.INSTRUMENTER);
    private static final List<Mode> STARTS = List.of(
            Mode.NONE,
            Mode.NONE_AGAIN,
            Mode.COUNTS,
            Mode.LIVE,
            Mode.FRAMES_25,
            Mode.INSTRUMENTER,
            Mode.FLIGHT_RECORDER);
    private static final List<Mode> SCALING =
            List.of(Mode.NONE, Mode.NONE_AGAIN, Mode.COUNTS, Mode.LIVE, Mode.FRAMES_25, Mode.INSTRUMENTER);

    private final int rounds;
    private final String java;
    private final String warmUpMillis;
    private final String timedMillis;

    /** What one forked JVM said; times in milliseconds. */
    private record Run(
            double wall,
            double fastest,
            double cpu,
            double fastestCpu,
            double allocated,
            double truth,
            double counted) {}

    private RealPrograms(int rounds, String java, String warmUpMillis, String timedMillis) {
        this.rounds = rounds;
        this.java = java;
        this.warmUpMillis = warmUpMillis;
        this.timedMillis = timedMillis;
    }

    /** See the class. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String what = Report.argument(arguments, 0, "cost");
        RealPrograms report = new RealPrograms(
                Integer.parseInt(Report.argument(arguments, 1, "3")),
                Report.argument(arguments, 4, Forks.java()),
                Report.argument(arguments, 5, "12000"),
                Report.argument(arguments, 6, "6000"));
        String programs = Report.argument(arguments, 2, "all");
        String modes = Report.argument(arguments, 3, "all");
        System.out.printf("%s, %s rounds%n", Forks.version(report.java), report.rounds);
        switch (what) {
            case "cost" -> report.cost(Report.names(programs, Program.NAMES), modes(modes, COSTS));
            case "beside" -> report.beside(Report.names(programs, Program.NAMES), modes(modes, COSTS));
            case "completeness" -> report.completeness(Report.names(programs, Program.NAMES), modes(modes, COUNTING));
            case "startup" -> report.startUp(modes(modes, STARTS));
            case "threads" ->
                report.threads(Report.names(programs, List.of("small", "jackson")), modes(modes, SCALING));
            default ->
                throw new IllegalArgumentException("what to measure: cost, beside, completeness, startup or threads");
        }
    }

    private static List<Mode> modes(String names, List<Mode> all) {
        return names.equals("all") ? all : Mode.named(names);
    }

    private void cost(List<String> programs, List<Mode> modes) throws IOException, InterruptedException {
        System.out.printf(
                "%-9s %-13s %9s %9s %8s %15s %8s %8s %10s%n",
                "program", "mode", "cpu ms", "wall ms", "cpu x", "min..max", "wall x", "best x", "bytes x");
        for (String program : programs) {
            Map<Mode, List<Run>> runs = rounds(modes, mode -> run(mode, program, 1, List.of()));
            List<Run> base = runs.getOrDefault(Mode.NONE, List.of());
            runs.forEach((mode, own) -> {
                double[] cpu = ratios(own, base, Run::cpu);
                System.out.printf(
                        "%-9s %-13s %9.1f %9.1f %8.3f %7.3f..%6.3f %8.3f %8.3f %10.4f%n",
                        program,
                        mode.label(),
                        Report.median(own.stream().mapToDouble(Run::cpu)),
                        Report.median(own.stream().mapToDouble(Run::wall)),
                        Report.median(DoubleStream.of(cpu)),
                        DoubleStream.of(cpu).min().orElse(Double.NaN),
                        DoubleStream.of(cpu).max().orElse(Double.NaN),
                        Report.median(DoubleStream.of(ratios(own, base, Run::wall))),
                        own.stream().mapToDouble(Run::fastestCpu).min().orElse(Double.NaN)
                                / base.stream()
                                        .mapToDouble(Run::fastestCpu)
                                        .min()
                                        .orElse(Double.NaN),
                        Report.median(own.stream().mapToDouble(Run::allocated))
                                / Report.median(base.stream().mapToDouble(Run::allocated)));
            });
        }
    }

    private void beside(List<String> programs, List<Mode> modes) throws IOException, InterruptedException {
        System.out.printf("%-9s %-13s %8s %15s %8s%n", "program", "mode", "cpu x", "min..max", "wall x");
        for (String program : programs) {
            for (Mode mode : modes) {
                if (mode != Mode.NONE) {
                    beside(program, mode);
                }
            }
        }
    }

    private void beside(String program, Mode mode) throws IOException, InterruptedException {
        List<Run> own = new ArrayList<>();
        List<Run> base = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            int cpu = round % 2;
            CompletableFuture<Run> untraced = CompletableFuture.supplyAsync(() -> pinned(1 - cpu, Mode.NONE, program));
            own.add(pinned(cpu, mode, program));
            base.add(untraced.join());
        }
        double[] cpu = ratios(own, base, Run::cpu);
        System.out.printf(
                "%-9s %-13s %8.3f %7.3f..%6.3f %8.3f%n",
                program,
                mode.label(),
                Report.geometricMean(cpu),
                DoubleStream.of(cpu).min().orElse(Double.NaN),
                DoubleStream.of(cpu).max().orElse(Double.NaN),
                Report.geometricMean(ratios(own, base, Run::wall)));
    }

    private Run pinned(int processor, Mode mode, String program) {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", Integer.toString(processor)));
        command.addAll(command(mode, List.of()));
        try {
            return run(command, mode, program, 1);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private void completeness(List<String> programs, List<Mode> modes) throws IOException, InterruptedException {
        System.out.printf("%-9s %-13s %14s %14s %9s%n", "program", "mode", "counted MB", "allocated MB", "counted");
        for (String program : programs) {
            rounds(modes, mode -> run(mode, program, 1, List.of("-XX:-DoEscapeAnalysis")))
                    .forEach((mode, own) -> {
                        double counted = Report.median(own.stream().mapToDouble(Run::counted));
                        double truth = Report.median(own.stream().mapToDouble(Run::truth));
                        System.out.printf(
                                "%-9s %-13s %14.2f %14.2f %9.4f%n",
                                program, mode.label(), counted / 1e6, truth / 1e6, counted / truth);
                    });
        }
    }

    private void threads(List<String> programs, List<Mode> modes) throws IOException, InterruptedException {
        System.out.printf("%-9s %-13s %12s %12s %10s%n", "program", "mode", "one, ms", "two, ms", "speed-up");
        for (String program : programs) {
            Map<Mode, List<Run>> one = rounds(modes, mode -> run(mode, program, 1, List.of()));
            Map<Mode, List<Run>> two = rounds(modes, mode -> run(mode, program, 2, List.of()));
            for (Mode mode : modes) {
                double alone =
                        Report.median(one.getOrDefault(mode, List.of()).stream().mapToDouble(Run::cpu));
                double beside =
                        Report.median(two.getOrDefault(mode, List.of()).stream().mapToDouble(Run::cpu));
                System.out.printf(
                        "%-9s %-13s %12.2f %12.2f %10.3f%n", program, mode.label(), alone, beside, 2 * alone / beside);
            }
        }
    }

    private void startUp(List<Mode> modes) throws IOException, InterruptedException {
        Map<Mode, List<Double>> times = rounds(modes, this::start);
        List<Double> untraced = times.getOrDefault(Mode.NONE, List.of());
        double base = Report.median(untraced.stream().mapToDouble(t -> t));
        double fastestBase = untraced.stream().mapToDouble(t -> t).min().orElse(Double.NaN);
        System.out.printf("%-13s %10s %10s %12s %12s%n", "mode", "median ms", "min ms", "median adds", "min adds");
        times.forEach((mode, own) -> {
            double median = Report.median(own.stream().mapToDouble(t -> t));
            double fastest = own.stream().mapToDouble(t -> t).min().orElse(Double.NaN);
            System.out.printf(
                    "%-13s %10.0f %10.0f %12.0f %12.0f%n",
                    mode.label(), median, fastest, median - base, fastest - fastestBase);
        });
    }

    private Double start(Mode mode) throws IOException, InterruptedException {
        List<String> command = command(mode, List.of());
        command.add(Hello.class.getName());
        long begin = System.nanoTime();
        List<String> lines = Forks.lines(command);
        double millis = (System.nanoTime() - begin) / 1e6;
        if (!lines.contains("hello")) {
            throw new IOException(mode.label() + ": said " + lines);
        }
        return millis;
    }

    private interface Fork<R> {
        R run(Mode mode) throws IOException, InterruptedException;
    }

    private <R> Map<Mode, List<R>> rounds(List<Mode> modes, Fork<R> fork) throws IOException, InterruptedException {
        Map<Mode, List<R>> runs = new EnumMap<>(Mode.class);
        for (int round = 0; round < rounds; round++) {
            for (Mode mode : Forks.rotated(modes, round)) {
                runs.computeIfAbsent(mode, m -> new ArrayList<>()).add(fork.run(mode));
            }
        }
        return runs;
    }

    private Run run(Mode mode, String program, int threads, List<String> more)
            throws IOException, InterruptedException {
        return run(command(mode, more), mode, program, threads);
    }

    private Run run(List<String> java, Mode mode, String program, int threads)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(java);
        command.addAll(
                List.of(ProgramLoop.class.getName(), program, warmUpMillis, timedMillis, Integer.toString(threads)));
        List<ProgramLoop.Iteration> iterations = new ArrayList<>();
        double counted = Double.NaN;
        for (String line : Forks.lines(command)) {
            String[] words = line.split(" ");
            if (words[0].equals("iteration")) {
                iterations.add(new ProgramLoop.Iteration(
                        Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3])));
            } else if (words[0].equals("counted")) {
                counted = Long.parseLong(words[1]);
            }
        }
        if (iterations.isEmpty()) {
            throw new IOException(mode.label() + ": no iteration of " + program);
        }
        return new Run(
                Report.median(iterations.stream().mapToDouble(i -> i.wallNanos() / 1e6)),
                iterations.stream().mapToDouble(i -> i.wallNanos() / 1e6).min().orElse(Double.NaN),
                Report.median(iterations.stream().mapToDouble(i -> i.cpuNanos() / 1e6)),
                iterations.stream().mapToDouble(i -> i.cpuNanos() / 1e6).min().orElse(Double.NaN),
                Report.median(iterations.stream().mapToDouble(ProgramLoop.Iteration::allocatedBytes)),
                iterations.stream()
                        .mapToDouble(ProgramLoop.Iteration::allocatedBytes)
                        .sum(),
                counted);
    }

    private List<String> command(Mode mode, List<String> more) {
        List<String> command = new ArrayList<>(List.of(java));
        command.addAll(more);
        command.addAll(mode.jvmArguments());
        command.addAll(List.of("-cp", Forks.classPath()));
        return command;
    }

    private static double[] ratios(List<Run> own, List<Run> base, ToDoubleFunction<Run> of) {
        double[] ratios = new double[Math.min(own.size(), base.size())];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = of.applyAsDouble(own.get(i)) / of.applyAsDouble(base.get(i));
        }
        return ratios;
    }
}
