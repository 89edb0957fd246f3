package io.tracemalloc.jmh;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import measured.HotPathBenchmark;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Times the methods of {@link HotPathBenchmark} by the CPU time of its thread: the main class of forked JVMs.
 *
 * <p>Each loop is compiled by itself, as JMH has it: {@link HotPath} forbids C2 to inline it. What surrounds a loop would
 * otherwise compete with it for registers, and a value that has none goes through memory in each turn.
 *
 * <p>Prints lines {@code name fastestNanos medianNanos bytes}, per block.
 */
final class HotLoop {

    static final Map<String, Consumer<HotPathBenchmark>> LOOPS = loops();

    /** Invocations in a sample: 240,000 blocks. */
    private static final int INVOCATIONS = 100;

    private static final int SAMPLES = 60;
    private static final long WARM_UP_NANOS = 1_000_000_000;
    private static final Blackhole BLACKHOLE = new Blackhole(
            "Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.");

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private HotLoop() {}

    private static Map<String, Consumer<HotPathBenchmark>> loops() {
        Map<String, Consumer<HotPathBenchmark>> loops = new LinkedHashMap<>();
        loops.put("perCall", HotLoop::perCall);
        loops.put("object", benchmark -> benchmark.object(BLACKHOLE));
        loops.put("fourSites", benchmark -> benchmark.fourSites(BLACKHOLE));
        loops.put("intArray", benchmark -> benchmark.intArray(BLACKHOLE));
        loops.put("string", benchmark -> benchmark.string(BLACKHOLE));
        loops.put("boxing", benchmark -> benchmark.boxing(BLACKHOLE));
        loops.put("concat", benchmark -> benchmark.concat(BLACKHOLE));
        loops.put("builder", benchmark -> benchmark.builder(BLACKHOLE));
        loops.put("scalarReplaced", benchmark -> BLACKHOLE.consume(benchmark.scalarReplaced()));
        return loops;
    }

    /** As JMH calls a benchmark: until a volatile field says that it is over. */
    private static void perCall(HotPathBenchmark benchmark) {
        int calls = 0;
        do {
            BLACKHOLE.consume(benchmark.perCall());
            calls++;
        } while (!benchmark.done && calls < HotPathBenchmark.BLOCKS);
    }

    public static void main(String[] arguments) {
        HotPathBenchmark benchmark = new HotPathBenchmark();
        benchmark.start();
        HotLoop timer = new HotLoop();
        LOOPS.forEach((name, loop) -> timer.time(name, () -> loop.accept(benchmark)));
        benchmark.check();
    }

    private void time(String name, Runnable loop) {
        long warm = threads.getCurrentThreadCpuTime() + WARM_UP_NANOS;
        while (threads.getCurrentThreadCpuTime() < warm) {
            sample(loop);
        }
        long[] nanos = new long[SAMPLES];
        long id = Thread.currentThread().getId();
        long bytes = Long.MAX_VALUE;
        for (int i = 0; i < SAMPLES; i++) {
            long before = threads.getThreadAllocatedBytes(id);
            nanos[i] = sample(loop);
            bytes = Math.min(bytes, threads.getThreadAllocatedBytes(id) - before);
        }
        Arrays.sort(nanos);
        double blocks = (double) INVOCATIONS * HotPathBenchmark.BLOCKS;
        System.out.println(name + " " + nanos[0] / blocks + " " + nanos[SAMPLES / 2] / blocks + " " + bytes / blocks);
    }

    private long sample(Runnable loop) {
        long begin = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < INVOCATIONS; i++) {
            loop.run();
        }
        return threads.getCurrentThreadCpuTime() - begin;
    }
}
