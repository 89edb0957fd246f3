package io.tracemalloc;

import io.tracemalloc.spi.SnapshotBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** Snapshots with every feature, from a seed: recursion, empty tracebacks, unknown parts, all metrics, odd sizes. */
public final class RandomSnapshots {

    private static final String[] CLASSES = {"com.acme.A", "com.acme.b.B", "java.util.HashMap", "Main", ""};
    private static final String[] TYPES = {"", "byte[]", "com.acme.A", "java.lang.String"};
    private static final String[] THREADS = {"", "main", "worker-1", "name with , and \u00fc"};

    private static final String[] HOSTS = {"", "", "", "web-1", "10.0.0.7:9000"};

    private static final List<Exactness> EXACTNESS =
            List.of(Exactness.EXACT, Exactness.EXACT_BY_SITE, Exactness.ESTIMATED);

    private final Random random;
    private boolean ages;

    /** Snapshots that depend on this seed alone. */
    public RandomSnapshots(long seed) {
        this.random = new Random(seed);
    }

    /** One with at most this many records. */
    public Snapshot next(int maxRecords) {
        SnapshotBuilder builder = new SnapshotBuilder();
        int records = random.nextInt(maxRecords + 1);
        ages = random.nextBoolean();
        if (ages && random.nextBoolean()) {
            builder.agesRecorded();
        }
        for (int i = 0; i < records; i++) {
            addRecord(builder);
        }
        for (Metric metric : new Metric[] {Metric.ALLOCATED, Metric.LIVE}) {
            builder.recorded(metric, EXACTNESS.get(random.nextInt(3)));
        }
        builder.dropped(random.nextInt(100));
        builder.truncated(random.nextInt(100));
        builder.overhead(random.nextInt(1_000_000));
        builder.attribute("jvm", "Test VM " + random.nextInt(30));
        builder.attribute("note.1", "a note with \"quotes\", \u00fcmlauts and\nlines");
        return builder.snapshot(new SnapshotInfo(
                Instant.ofEpochSecond(1_700_000_000L + random.nextInt(1000), random.nextInt(1_000_000_000)),
                Duration.ofNanos(random.nextInt(1_000_000_000)),
                1 + random.nextInt(65_535),
                1 + random.nextInt(524_288),
                random.nextBoolean() ? Metric.LIVE : Metric.ALLOCATED));
    }

    private void addRecord(SnapshotBuilder builder) {
        long size = random.nextInt(4) == 0 ? 0 : 8L * (1 + random.nextInt(200));
        int record = builder.record(
                addTraceback(builder),
                builder.type(pick(TYPES)),
                random.nextInt(3) * random.nextInt(20),
                builder.thread(pick(THREADS), pick(HOSTS)),
                size);
        long allocated = random.nextInt(1000);
        long live = random.nextInt((int) allocated + 1);
        builder.add(record, Metric.ALLOCATED, allocated, allocated * bytes(size));
        builder.add(record, Metric.LIVE, live, live * bytes(size));
        if (ages && random.nextInt(3) > 0) {
            long young = random.nextInt((int) live + 1);
            builder.addAged(record, random.nextInt(4), young, young * bytes(size));
            builder.addAged(record, 4 + random.nextInt(60), live - young, (live - young) * bytes(size));
        }
        if (random.nextInt(3) == 0) {
            builder.add(record, Metric.PEAK, live + 1, (live + 1) * bytes(size));
        }
        if (random.nextInt(5) == 0) {
            builder.add(record, Metric.TEMPORARY, 1, bytes(size));
        }
    }

    private long bytes(long size) {
        return size == 0 ? 16 + random.nextInt(50) : size;
    }

    private int addTraceback(SnapshotBuilder builder) {
        int[] frames = new int[random.nextInt(6)];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = addFrame(builder);
        }
        return builder.traceback(frames, frames.length, random.nextInt(3) == 0 ? 0 : frames.length + random.nextInt(3));
    }

    private int addFrame(SnapshotBuilder builder) {
        String className = pick(CLASSES);
        String file = className.isEmpty() ? "<unknown>" : className.replace('.', '/') + ".java";
        return builder.frame(className, random.nextBoolean() ? "run" : "<init>", file, random.nextInt(4));
    }

    private String pick(String[] values) {
        return values[random.nextInt(values.length)];
    }
}
