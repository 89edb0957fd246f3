package io.tracemalloc;

import io.tracemalloc.spi.SnapshotBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** Snapshots from literal traces: {@code live(block(10, at("A.java", 2), at("B.java", 4)))}. */
public final class SnapshotFixture {

    /** Traceback limit of every snapshot made here. */
    public static final int LIMIT = 25;

    private SnapshotFixture() {}

    /** Equal blocks, with their numbers. */
    public record Block(
            Traceback traceback, long size, String type, int domain, String thread, long allocated, long live) {

        /** As many of them, all live. */
        public Block times(long count) {
            return new Block(traceback, size, type, domain, thread, count, count);
        }

        /** Of which only these live. */
        public Block living(long count) {
            return new Block(traceback, size, type, domain, thread, allocated, count);
        }

        /** Of this class. */
        public Block of(String className) {
            return new Block(traceback, size, className, domain, thread, allocated, live);
        }

        /** In this address space. */
        public Block in(int number) {
            return new Block(traceback, size, type, number, thread, allocated, live);
        }

        /** Allocated by this thread. */
        public Block by(String threadName) {
            return new Block(traceback, size, type, domain, threadName, allocated, live);
        }
    }

    /** A frame of class {@code A} and method {@code run} for file {@code A.java}, in the package that is the path. */
    public static Frame at(String file, int line) {
        String className = file.replace(".java", "").replace('/', '.');
        return new Frame(className, "run", file, line);
    }

    /** One live block of the Java heap. */
    public static Block block(long size, Frame... frames) {
        return new Block(Traceback.of(frames), size, "", Domain.JAVA_HEAP, "", 1, 1);
    }

    /** A snapshot of exactly counted allocated and live blocks; live first. */
    public static Snapshot live(Block... blocks) {
        return snapshot(Exactness.EXACT, blocks);
    }

    /** A snapshot of allocated and live blocks; live first. */
    public static Snapshot snapshot(Exactness exactness, Block... blocks) {
        SnapshotBuilder builder = new SnapshotBuilder();
        Arrays.asList(blocks).forEach(block -> add(builder, block));
        builder.recorded(Metric.ALLOCATED, exactness);
        builder.recorded(Metric.LIVE, exactness);
        return builder.snapshot(info());
    }

    /** A snapshot without live values. */
    public static Snapshot allocatedOnly(Block... blocks) {
        SnapshotBuilder builder = new SnapshotBuilder();
        for (Block block : blocks) {
            builder.add(record(builder, block), Metric.ALLOCATED, block.allocated(), block.allocated() * block.size());
        }
        builder.recorded(Metric.ALLOCATED, Exactness.EXACT);
        return builder.snapshot(info());
    }

    /** Facts of a session that keeps 25 frames and every block. */
    public static SnapshotInfo info() {
        return new SnapshotInfo(Instant.EPOCH, Duration.ofSeconds(1), LIMIT, 1, Metric.LIVE);
    }

    private static void add(SnapshotBuilder builder, Block block) {
        int id = record(builder, block);
        builder.add(id, Metric.ALLOCATED, block.allocated(), block.allocated() * block.size());
        builder.add(id, Metric.LIVE, block.live(), block.live() * block.size());
    }

    private static int record(SnapshotBuilder builder, Block block) {
        return builder.record(
                traceback(builder, block.traceback()),
                builder.type(block.type()),
                block.domain(),
                builder.thread(block.thread()),
                block.size());
    }

    private static int traceback(SnapshotBuilder builder, Traceback traceback) {
        List<Frame> frames = traceback.frames();
        int[] ids = frames.stream()
                .mapToInt(frame ->
                        builder.frame(frame.className(), frame.methodName(), frame.fileName(), frame.lineNumber()))
                .toArray();
        return builder.traceback(ids, ids.length, traceback.totalFrames());
    }
}
