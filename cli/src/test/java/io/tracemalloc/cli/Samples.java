package io.tracemalloc.cli;

import io.tracemalloc.Domain;
import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.SnapshotBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Small snapshots with literal values. */
final class Samples {

    /** Calls below {@code Main.main}, as {@code class method line}, most recent last. */
    static final String PARSE = "com.acme.Parser parse 42";

    static final String NODE = "java.util.HashMap newNode 1901";

    private final SnapshotBuilder builder = new SnapshotBuilder();
    private boolean threads = true;
    private int last;
    private String time = "2026-01-02T03:04:05Z";
    private Metric first = Metric.ALLOCATED;
    private long intervalBytes = 524_288;

    static Samples exact() {
        return new Samples().recorded(Metric.ALLOCATED, Exactness.EXACT).recorded(Metric.LIVE, Exactness.EXACT);
    }

    /** From here on threads are not recorded. */
    Samples withoutThreads() {
        threads = false;
        return this;
    }

    Samples recorded(Metric metric, Exactness exactness) {
        builder.recorded(metric, exactness);
        return this;
    }

    Samples first(Metric metric) {
        first = metric;
        return this;
    }

    /** Taken so many seconds later than others. */
    Samples at(int seconds) {
        return at(Instant.parse(time).plusSeconds(seconds).toString());
    }

    Samples interval(long bytes) {
        intervalBytes = bytes;
        return this;
    }

    Samples attribute(String key, String value) {
        builder.attribute(key, value);
        return this;
    }

    Samples dropped(long events) {
        builder.dropped(events);
        return this;
    }

    Samples truncated(long tracebacks) {
        builder.truncated(tracebacks);
        return this;
    }

    /** Adds blocks allocated by these calls, the most recent first; half of them are live. */
    Samples add(String type, long count, long bytes, String... calls) {
        return add(type, count, bytes, calls.length, calls);
    }

    Samples add(String type, long count, long bytes, int totalFrames, String... calls) {
        int record = record(type, totalFrames, calls);
        builder.add(record, Metric.ALLOCATED, count, bytes);
        builder.add(record, Metric.LIVE, count / 2, bytes / 2);
        return this;
    }

    /** Adds values of a further metric to the record that was added last. */
    Samples also(Metric metric, long count, long bytes) {
        builder.add(last, metric, count, bytes);
        return this;
    }

    /** Gives some of the live blocks of the record that was added last an age. */
    Samples aged(int bucket, long count, long bytes) {
        builder.addAged(last, bucket, count, bytes);
        return this;
    }

    /** As {@link #add}, but says nothing of live blocks. */
    Samples addAllocated(String type, long count, long bytes, String... calls) {
        builder.add(record(type, calls.length, calls), Metric.ALLOCATED, count, bytes);
        return this;
    }

    /** Adds live blocks outside the Java heap, whose ages nobody knows. */
    Samples addOffHeap(int domain, long count, long bytes, String... calls) {
        builder.add(record("", domain, calls.length, calls), Metric.LIVE, count, bytes);
        return this;
    }

    /** Adds native memory that was allocated; it has no class. */
    Samples addNative(long count, long bytes, String... calls) {
        builder.add(record("", Domain.NATIVE_MEMORY, calls.length, calls), Metric.ALLOCATED, count, bytes);
        return this;
    }

    private int record(String type, int totalFrames, String... calls) {
        return record(type, Domain.JAVA_HEAP, totalFrames, calls);
    }

    private int record(String type, int domain, int totalFrames, String... calls) {
        int[] frames = new int[calls.length];
        for (int i = 0; i < calls.length; i++) {
            String[] parts = calls[i].split(" ", -1);
            frames[i] =
                    builder.frame(parts[0], parts[1], parts[0].replace('.', '/') + ".java", Integer.parseInt(parts[2]));
        }
        last = builder.record(
                builder.traceback(frames, frames.length, totalFrames),
                builder.type(type),
                domain,
                threads ? builder.thread("main") : AllocationSink.NO_THREAD,
                0);
        return last;
    }

    /** When it was taken. */
    Samples at(String instant) {
        time = instant;
        return this;
    }

    Snapshot snapshot() {
        return builder.snapshot(new SnapshotInfo(Instant.parse(time), Duration.ofSeconds(7), 25, intervalBytes, first));
    }

    /** Writes it and returns the file's name. */
    String in(Path directory, String name) {
        Path file = directory.resolve(name);
        try {
            snapshot().dump(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toString();
    }

    /** Three lines of a program, one of which allocates through the JDK. */
    static Samples program() {
        return exact().add("byte[]", 100, 597_000, PARSE, "com.acme.Main main 7")
                .add("java.util.HashMap$Node", 50, 1_600, NODE, "com.acme.Cache put 9", "com.acme.Main main 8")
                .add("java.lang.String", 10, 240, "com.acme.Main main 9");
    }
}
