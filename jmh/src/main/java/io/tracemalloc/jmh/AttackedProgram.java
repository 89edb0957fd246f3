package io.tracemalloc.jmh;

import io.tracemalloc.TraceOptions;
import io.tracemalloc.Tracemalloc;
import io.tracemalloc.internal.Providers;
import io.tracemalloc.spi.RemoteChannel;
import io.tracemalloc.spi.RemoteChannelProvider;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import measured.programs.Program;

/**
 * The JVM that {@link Attacks} attacks: runs a program again and again while it serves a snapshot of so many traces.
 *
 * <p>Arguments: {@code traces program warmUpMillis}. Prints address and token file; then, for each line of its standard
 * input, a number of milliseconds, runs the program for so long and prints {@code iterations wallNanos cpuNanos}, the
 * times being those of the thread that runs it.
 */
public final class AttackedProgram {

    private AttackedProgram() {}

    /** See the class. */
    public static void main(String[] arguments) throws Exception {
        var snapshot = SnapshotTraces.oldAndNew(Integer.parseInt(arguments[0]))[0].take();
        Program program = Program.named(arguments[1]);
        // Not as an agent, whose classes are others than the channel's here.
        Tracemalloc.start(TraceOptions.DEFAULTS.withFrames(25));
        run(program, Long.parseLong(arguments[2]));
        try (RemoteChannel channel =
                Providers.best(RemoteChannelProvider.class).open("0", Map.of(), new ServedSnapshot.Giving(snapshot))) {
            System.out.println(channel.address());
            System.out.println(channel.tokenFile().orElseThrow());
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            for (String millis = commands.readLine(); millis != null; millis = commands.readLine()) {
                System.out.println(run(program, Long.parseLong(millis)));
            }
        }
        System.exit(0);
    }

    private static String run(Program program, long millis) throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long cpu = threads.getCurrentThreadCpuTime();
        long wall = System.nanoTime();
        long end = wall + millis * 1_000_000;
        long iterations = 0;
        do {
            program.run();
            iterations++;
        } while (System.nanoTime() < end);
        wall = System.nanoTime() - wall;
        cpu = threads.getCurrentThreadCpuTime() - cpu;
        return iterations + " " + wall + " " + cpu;
    }
}
