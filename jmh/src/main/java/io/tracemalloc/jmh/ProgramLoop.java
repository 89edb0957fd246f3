package io.tracemalloc.jmh;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import measured.programs.Program;

/**
 * Runs a program in a loop and says how long each iteration took: the main class of forked JVMs.
 *
 * <p>Arguments: {@code program warmUpMillis timedMillis threads}, times being CPU times of the first thread. Prints lines {@code iteration wallNanos cpuNanos
 * allocatedBytes} of the first thread after the warm-up, then {@code counted bytes} if something counts allocations.
 */
final class ProgramLoop {

    private static final int FEWEST_WARM_UPS = 3;
    private static final int FEWEST_TIMED = 3;

    private final Program program;
    private final long expected;

    record Iteration(long wallNanos, long cpuNanos, long allocatedBytes) {}

    ProgramLoop(Program program) throws Exception {
        this.program = program;
        this.expected = program.run();
    }

    public static void main(String[] arguments) throws Exception {
        String name = arguments[0];
        long warmUpMillis = Long.parseLong(arguments[1]);
        long timedMillis = Long.parseLong(arguments[2]);
        int threads = Integer.parseInt(arguments[3]);
        Tracing tracing = Tracing.ofThisJvm();
        tracing.start();
        List<Thread> others = new ArrayList<>();
        CyclicBarrier together = new CyclicBarrier(threads);
        for (int i = 1; i < threads; i++) {
            Thread other = new Thread(() -> runBeside(name, together), "other");
            other.setDaemon(true);
            other.start();
            others.add(other);
        }
        ProgramLoop loop = new ProgramLoop(Program.named(name));
        together.await();
        loop.run(warmUpMillis, FEWEST_WARM_UPS);
        long before = tracing.bytes();
        List<Iteration> iterations = loop.run(timedMillis, FEWEST_TIMED);
        long counted = tracing.bytes() - before;
        for (Iteration iteration : iterations) {
            System.out.println(
                    "iteration " + iteration.wallNanos + " " + iteration.cpuNanos + " " + iteration.allocatedBytes);
        }
        System.out.println("counted " + counted);
        tracing.checkCounted(counted, 1);
        System.exit(0);
    }

    private static void runBeside(String name, CyclicBarrier together) {
        try {
            ProgramLoop loop = new ProgramLoop(Program.named(name));
            together.await();
            loop.run(Long.MAX_VALUE / 2_000_000, 1);
        } catch (Exception failure) {
            failure.printStackTrace();
            System.exit(1);
        }
    }

    /**
     * Iterations until this thread has used as much CPU time, but never fewer than that; each result is checked. Not
     * wall time: on a busy machine it would end the warm-up early.
     */
    List<Iteration> run(long millis, int fewest) throws Exception {
        List<Iteration> iterations = new ArrayList<>();
        long left = millis * 1_000_000;
        while (iterations.size() < fewest || left > 0) {
            Iteration iteration = once();
            iterations.add(iteration);
            left -= iteration.cpuNanos;
        }
        return iterations;
    }

    private Iteration once() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long allocated = threads.getThreadAllocatedBytes(id);
        long cpu = threads.getCurrentThreadCpuTime();
        long wall = System.nanoTime();
        long result = program.run();
        wall = System.nanoTime() - wall;
        cpu = threads.getCurrentThreadCpuTime() - cpu;
        allocated = threads.getThreadAllocatedBytes(id) - allocated;
        if (result != expected) {
            throw new IllegalStateException("got " + result + " where the first iteration gave " + expected);
        }
        return new Iteration(wall, cpu, allocated);
    }
}
