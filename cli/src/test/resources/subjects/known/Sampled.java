package known;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.Tracemalloc;
import java.util.Random;

/**
 * Allocates known bytes and keeps known bytes alive, again and again, and so many blocks before each round; prints for each
 * round the truth, the sampler's estimate and the standard error that it states, of what was allocated and of what lives.
 */
public final class Sampled {

    private static final int BLOCKS = 20_000;
    private static final int HEADER = 16;
    private static final int ALIGNMENT = 8;

    static Object sink;

    private Sampled() {}

    public static void main(String[] args) {
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        threads.getCurrentThreadAllocatedBytes();
        Object[] kept = new Object[BLOCKS];
        for (int round = 0; round < Integer.parseInt(args[0]); round++) {
            Random random = new Random(round);
            for (int i = 0; i < Integer.parseInt(args[1]); i++) {
                sink = new char[500];
            }
            Tracemalloc.clearTraces();
            long before = threads.getCurrentThreadAllocatedBytes();
            long live = fill(kept, random);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            System.gc();
            Snapshot snapshot = Tracemalloc.takeSnapshot();
            System.out.println(allocated + " " + told(snapshot, Metric.ALLOCATED) + " " + live + " "
                    + told(snapshot, Metric.LIVE));
            java.util.Arrays.fill(kept, null);
        }
    }

    /** A quarter of the blocks stays; returns its bytes. */
    private static long fill(Object[] kept, Random random) {
        long live = 0;
        for (int i = 0; i < kept.length; i++) {
            int length = random.nextInt(500);
            byte[] block = new byte[length];
            if (i % 4 == 0) {
                kept[i] = block;
                live += (HEADER + length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            } else {
                sink = block;
            }
        }
        return live;
    }

    private static String told(Snapshot snapshot, Metric metric) {
        long bytes = 0;
        for (int record = 0; record < snapshot.columns().recordCount(); record++) {
            bytes += snapshot.columns().bytes(record, metric);
        }
        return bytes + " " + snapshot.columns().attributes().get(metric.label() + "_bytes_standard_error");
    }
}
