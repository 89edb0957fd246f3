package io.tracemalloc.jmh;

import com.sun.management.OperatingSystemMXBean;
import io.tracemalloc.Tracemalloc;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import measured.programs.Program;

/**
 * Runs a program in a loop while a sampler is switched on and off: the main class of forked JVMs.
 *
 * <p>Arguments: {@code program sampling warmUpMillis settleMillis spanMillis spans}, times being CPU times of the thread that runs the
 * program. Prints a line {@code span on|off threadNanos processNanos} for each span: CPU time per iteration of that
 * thread and of the whole process, collector, compiler and the sampler's own threads included. Spans come as off, on,
 * on, off, so that a machine or a program that slowly gets faster favours neither. What comes just
 * after a switch is not timed: a sampler that was switched on meets every stack for the first time.
 */
final class SwitchedLoop {

    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final ProgramLoop loop;
    private final Sampling sampling;
    private final long settleMillis;
    private boolean on;

    private SwitchedLoop(ProgramLoop loop, Sampling sampling, long settleMillis) {
        this.loop = loop;
        this.sampling = sampling;
        this.settleMillis = settleMillis;
    }

    public static void main(String[] arguments) throws Exception {
        Sampling sampling = Sampling.valueOf(arguments[1]);
        if (Tracemalloc.isTracing()) {
            Tracemalloc.stop();
        }
        long warmUpMillis = Long.parseLong(arguments[2]);
        long settleMillis = Long.parseLong(arguments[3]);
        long spanMillis = Long.parseLong(arguments[4]);
        int spans = Integer.parseInt(arguments[5]);
        SwitchedLoop switched = new SwitchedLoop(new ProgramLoop(Program.named(arguments[0])), sampling, settleMillis);
        for (long warm = 0; warm < warmUpMillis; warm += 2 * (settleMillis + spanMillis)) {
            switched.span(true, spanMillis);
            switched.span(false, spanMillis);
        }
        for (int span = 0; span < spans; span++) {
            boolean wanted = (span + 1) / 2 % 2 == 1;
            System.out.println("span " + (wanted ? "on" : "off") + " " + switched.span(wanted, spanMillis));
        }
        System.exit(0);
    }

    private String span(boolean wanted, long millis) throws Exception {
        if (wanted != on) {
            turn(wanted);
            loop.run(settleMillis, 1);
        }
        long before = process.getProcessCpuTime();
        List<ProgramLoop.Iteration> iterations = loop.run(millis, 1);
        long used = process.getProcessCpuTime() - before;
        long own =
                iterations.stream().mapToLong(ProgramLoop.Iteration::cpuNanos).sum();
        return own / iterations.size() + " " + used / iterations.size();
    }

    private void turn(boolean wanted) throws IOException {
        if (wanted) {
            sampling.on();
        } else {
            sampling.off();
        }
        on = wanted;
    }
}
