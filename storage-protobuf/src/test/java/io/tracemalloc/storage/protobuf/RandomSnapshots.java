package io.tracemalloc.storage.protobuf;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.spi.SnapshotBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Snapshots with every feature of the format, a different mixture for each seed. */
final class RandomSnapshots {

    private static final String[] CLASSES = {"", "com.acme.Foo", "com.acme.Foo$Bar", "Default", "naïve.Ünïcode", "a..b"
    };
    private static final String[] METHODS = {"", "run", "<init>", "lambda$run$0", "dotted.method", "."};
    private static final String[] FILES = {"", "<unknown>", "com/acme/Foo.java", "Default.java"};
    private static final String[] TYPES = {"", "byte[]", "com.acme.Foo$Bar[][]", "java.lang.String"};
    private static final String[] THREADS = {"", "main", "worker \u2603", "main "};
    private static final String[] HOSTS = {"", "web-1", "web-2:9000", "web-1"};
    private static final int[] DOMAINS = {0, 1, 77, Integer.MAX_VALUE};
    private static final Metric[] METRICS = {Metric.ALLOCATED, Metric.LIVE, Metric.PEAK, Metric.TEMPORARY};

    private final Random random;
    /** Of its own, so that a seed gives the same snapshot with and without ages. */
    private final Random ageRandom;

    private final SnapshotBuilder builder = new SnapshotBuilder();
    private final List<Metric> metrics = new ArrayList<>();
    private final List<Integer> tracebacks = new ArrayList<>();

    private RandomSnapshots(long seed) {
        random = new Random(seed);
        ageRandom = new Random(~seed);
    }

    static Snapshot of(long seed) {
        return of(seed, seed);
    }

    /** The same records for equal seeds, put in in an order that depends on the other number. */
    static Snapshot of(long seed, long order) {
        return new RandomSnapshots(seed).make(order);
    }

    private Snapshot make(long order) {
        for (Metric metric : METRICS) {
            if (random.nextInt(4) > 0) {
                metrics.add(metric);
                builder.recorded(metric, pick(Exactness.values()));
            }
        }
        addTracebacks();
        int[] types = {0, builder.type(TYPES[1]), builder.type(TYPES[2]), builder.type(TYPES[3])};
        // Half of the snapshots are of one JVM, half of several.
        String[] hosts = random.nextBoolean() ? HOSTS : new String[] {"", "", "", ""};
        int[] threads = {
            builder.thread(THREADS[0], hosts[0]),
            builder.thread(THREADS[1], hosts[1]),
            builder.thread(THREADS[2], hosts[2]),
            builder.thread(THREADS[3], hosts[3])
        };
        List<long[]> rows = rows();
        List<long[]> ages = ages(rows.size());
        IntStream.range(0, ages.size()).forEach(i -> rows.set(i, joined(rows.get(i), ages.get(i))));
        Collections.shuffle(rows, new Random(order));
        for (long[] row : rows) {
            int record = builder.record(
                    tracebacks.get((int) row[0]),
                    types[(int) row[1]],
                    DOMAINS[(int) row[2]],
                    threads[(int) row[3]],
                    row[4]);
            for (int i = 0; i < metrics.size(); i++) {
                builder.add(record, metrics.get(i), row[5 + 2 * i], row[6 + 2 * i]);
            }
            for (int i = 5 + 2 * metrics.size(); i < row.length; i += 3) {
                builder.addAged(record, (int) row[i], row[i + 1], row[i + 2]);
            }
        }
        addFacts();
        return builder.snapshot(info());
    }

    private void addTracebacks() {
        List<Integer> frames = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            int line = random.nextInt(3) == 0 ? 0 : random.nextInt(100_000);
            frames.add(builder.frame(pick(CLASSES), pick(METHODS), pick(FILES), line));
        }
        int count = 1 + random.nextInt(12);
        for (int i = 0; i < count; i++) {
            int length = random.nextInt(9);
            int[] ids = random.ints(length, 0, frames.size()).map(frames::get).toArray();
            tracebacks.add(builder.traceback(ids, length, random.nextBoolean() ? 0 : length + random.nextInt(300)));
        }
    }

    private List<long[]> rows() {
        int kinds = 1 + random.nextInt(4);
        boolean plain = random.nextBoolean();
        List<long[]> rows = new ArrayList<>();
        int count = random.nextInt(400);
        for (int i = 0; i < count; i++) {
            long[] row = new long[5 + 2 * metrics.size()];
            row[0] = random.nextInt(tracebacks.size());
            row[1] = random.nextInt(kinds);
            row[2] = random.nextInt(kinds);
            row[3] = random.nextInt(kinds);
            row[4] = size();
            for (int m = 0; m < metrics.size(); m++) {
                long blocks = plain ? 1 : random.nextInt(1 << random.nextInt(20));
                row[5 + 2 * m] = blocks;
                row[6 + 2 * m] =
                        plain || random.nextBoolean() ? blocks * row[4] & (1L << 50) - 1 : random.nextInt(1 << 30);
            }
            rows.add(row);
        }
        return rows;
    }

    /** For each row any number of ages, each of them bucket, count and bytes. */
    private List<long[]> ages(int rows) {
        boolean recorded = ageRandom.nextBoolean();
        int buckets = 1 + ageRandom.nextInt(64);
        if (recorded) {
            builder.agesRecorded();
        }
        List<long[]> ages = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            long[] row = new long[recorded ? 3 * ageRandom.nextInt(4) : 0];
            for (int at = 0; at < row.length; at += 3) {
                row[at] = ageRandom.nextInt(buckets);
                row[at + 1] = ageRandom.nextInt(1 << ageRandom.nextInt(20));
                row[at + 2] = ageRandom.nextInt(1 << 30);
            }
            ages.add(row);
        }
        return ages;
    }

    private static long[] joined(long[] first, long[] second) {
        return LongStream.concat(LongStream.of(first), LongStream.of(second)).toArray();
    }

    private long size() {
        return switch (random.nextInt(20)) {
            case 0 -> 0;
            case 1 -> random.nextLong() & Long.MAX_VALUE;
            case 2 -> random.nextInt(1 << 30);
            case 3 -> 1L + random.nextInt(7);
            default -> 8L * (1 + random.nextInt(40));
        };
    }

    private void addFacts() {
        builder.dropped(random.nextInt(3) * 1_000_000_007L);
        builder.truncated(random.nextInt(3) * 31L);
        builder.overhead(random.nextInt(3) * 12_345_678_901L);
        for (int i = random.nextInt(4); i > 0; i--) {
            builder.attribute("note." + i, random.nextBoolean() ? "" : "a = \"b\"\nc" + i);
        }
    }

    private SnapshotInfo info() {
        Instant time = random.nextBoolean() ? Instant.EPOCH : Instant.ofEpochSecond(1_800_000_000, 123_456_789);
        Duration duration = Duration.ofNanos(random.nextInt(2) * 3_000_000_001L);
        return new SnapshotInfo(
                time, duration, 1 + random.nextInt(65_535), 1 + random.nextInt(1 << 20), defaultMetric());
    }

    /** One that the snapshot has, or what the file says of a snapshot that has none. */
    private Metric defaultMetric() {
        return metrics.isEmpty() ? Metric.ALLOCATED : metrics.get(random.nextInt(metrics.size()));
    }

    private <T> T pick(T[] choices) {
        return choices[random.nextInt(choices.length)];
    }
}
