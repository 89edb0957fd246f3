package io.tracemalloc.capture.jvmti;

import io.tracemalloc.Metric;
import io.tracemalloc.spi.AllocationSink;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * Sums of scaled samples for each record, rounded once when they are complete: many samples of different sizes that
 * share a record would each be rounded in the same direction otherwise. Sums of whole numbers stay exact below
 * 2<sup>53</sup>.
 */
final class Estimates {

    /** Blocks and bytes of every record for one metric, or of one age. */
    private static final class Sums {
        private double[] blocks = new double[1024];
        private double[] bytes = new double[1024];
        private int size;

        void add(int record, double count, long blockSize) {
            if (record >= blocks.length) {
                int length = Math.max(record + 1, blocks.length * 2);
                blocks = Arrays.copyOf(blocks, length);
                bytes = Arrays.copyOf(bytes, length);
            }
            size = Math.max(size, record + 1);
            blocks[record] += count;
            bytes[record] += count * blockSize;
        }
    }

    private static final int BUCKETS = 33;

    private final AllocationSink sink;
    private final Map<Metric, Sums> sums = new EnumMap<>(Metric.class);
    private final Sums[] ages = new Sums[BUCKETS];

    Estimates(AllocationSink sink) {
        this.sink = sink;
    }

    /** Adds so many blocks of a size to a record. */
    void add(int record, Metric metric, double count, long blockSize) {
        sums.computeIfAbsent(metric, unused -> new Sums()).add(record, count, blockSize);
    }

    /** The same for live blocks of an age. */
    void addLive(int record, int bucket, double count, long blockSize) {
        add(record, Metric.LIVE, count, blockSize);
        if (ages[bucket] == null) {
            ages[bucket] = new Sums();
        }
        ages[bucket].add(record, count, blockSize);
    }

    /** Adds all to the sink. */
    void write() {
        sums.forEach(this::write);
        writeAges();
    }

    private void write(Metric metric, Sums of) {
        for (int record = 0; record < of.size; record++) {
            if (of.bytes[record] > 0) {
                sink.add(record, metric, Math.round(of.blocks[record]), Math.round(of.bytes[record]));
            }
        }
    }

    /** Rounds what has accumulated so far, so that the ages of a record add up to its live values exactly. */
    private void writeAges() {
        Sums live = sums.get(Metric.LIVE);
        double[] blocks = new double[live == null ? 0 : live.size];
        double[] bytes = new double[blocks.length];
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            Sums aged = ages[bucket];
            for (int record = 0; aged != null && record < aged.size; record++) {
                if (aged.bytes[record] > 0) {
                    long blocksBefore = Math.round(blocks[record]);
                    long bytesBefore = Math.round(bytes[record]);
                    blocks[record] += aged.blocks[record];
                    bytes[record] += aged.bytes[record];
                    sink.addAged(
                            record,
                            bucket,
                            Math.round(blocks[record]) - blocksBefore,
                            Math.round(bytes[record]) - bytesBefore);
                }
            }
        }
    }
}
