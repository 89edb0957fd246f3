package io.tracemalloc.spi;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotFormatException;
import io.tracemalloc.SnapshotInfo;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.zip.CRC32;

/** A format for tests: a magic number, the columns as they are, and a checksum. */
public final class PlainFormat implements SnapshotFormatProvider {

    private static final int MAGIC = 0x50464d31;

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public String suffix() {
        return ".plain";
    }

    @Override
    public boolean reads(byte[] start) {
        return start.length >= 4 && start[0] == 'P' && start[1] == 'F' && start[2] == 'M' && start[3] == '1';
    }

    @Override
    public void write(Snapshot snapshot, Metric defaultMetric, OutputStream out) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(body);
        data.writeInt(MAGIC);
        writeInfo(snapshot.info(), defaultMetric, data);
        writeFacts(snapshot.columns(), data);
        writeTables(snapshot.columns(), data);
        writeRecords(snapshot.columns(), data);
        CRC32 checksum = new CRC32();
        checksum.update(body.toByteArray());
        data.writeLong(checksum.getValue());
        out.write(body.toByteArray());
    }

    private static void writeInfo(SnapshotInfo info, Metric defaultMetric, DataOutputStream out) throws IOException {
        out.writeUTF(info.time().toString());
        out.writeLong(info.duration().toNanos());
        out.writeInt(info.tracebackLimit());
        out.writeLong(info.intervalBytes());
        out.writeUTF(defaultMetric.name());
    }

    private static void writeFacts(SnapshotColumns columns, DataOutputStream out) throws IOException {
        for (Metric metric : Metric.values()) {
            out.writeUTF(columns.has(metric) ? columns.exactness(metric).name() : "");
        }
        out.writeInt(columns.ageBuckets());
        out.writeLong(columns.dropped());
        out.writeLong(columns.truncated());
        out.writeLong(columns.overheadBytes());
        out.writeInt(columns.attributes().size());
        for (var attribute : columns.attributes().entrySet()) {
            out.writeUTF(attribute.getKey());
            out.writeUTF(attribute.getValue());
        }
    }

    private static void writeTables(SnapshotColumns columns, DataOutputStream out) throws IOException {
        out.writeInt(columns.frameCount());
        for (int i = 0; i < columns.frameCount(); i++) {
            out.writeUTF(columns.frameClass(i));
            out.writeUTF(columns.frameMethod(i));
            out.writeUTF(columns.frameFile(i));
            out.writeInt(columns.frameLine(i));
        }
        out.writeInt(columns.tracebackCount());
        for (int i = 0; i < columns.tracebackCount(); i++) {
            out.writeInt(columns.totalFrames(i));
            out.writeInt(columns.tracebackLength(i));
            for (int j = 0; j < columns.tracebackLength(i); j++) {
                out.writeInt(columns.tracebackFrame(i, j));
            }
        }
    }

    private static void writeRecords(SnapshotColumns columns, DataOutputStream out) throws IOException {
        out.writeInt(columns.recordCount());
        for (int i = 0; i < columns.recordCount(); i++) {
            out.writeInt(columns.traceback(i));
            out.writeUTF(columns.typeName(columns.type(i)));
            out.writeInt(columns.domain(i));
            out.writeUTF(columns.threadName(columns.thread(i)));
            out.writeUTF(columns.threadHost(columns.thread(i)));
            out.writeLong(columns.blockSize(i));
            for (Metric metric : Metric.values()) {
                out.writeLong(columns.count(i, metric));
                out.writeLong(columns.bytes(i, metric));
            }
            out.writeInt(columns.isAged(i) ? columns.ageBuckets() : 0);
            for (int bucket = 0; columns.isAged(i) && bucket < columns.ageBuckets(); bucket++) {
                out.writeLong(columns.agedCount(i, bucket));
                out.writeLong(columns.agedBytes(i, bucket));
            }
        }
    }

    @Override
    public Snapshot read(InputStream in) throws IOException {
        byte[] bytes = in.readAllBytes();
        if (!reads(bytes) || bytes.length < 12) {
            throw new SnapshotFormatException("expected a plain snapshot, found something else");
        }
        CRC32 checksum = new CRC32();
        checksum.update(bytes, 0, bytes.length - 8);
        DataInputStream data = new DataInputStream(new ByteArrayInputStream(bytes));
        if (new DataInputStream(new ByteArrayInputStream(bytes, bytes.length - 8, 8)).readLong()
                != checksum.getValue()) {
            throw new SnapshotFormatException("expected a whole plain snapshot, found a wrong checksum");
        }
        data.readInt();
        SnapshotInfo info = readInfo(data);
        SnapshotBuilder builder = new SnapshotBuilder();
        Set<Metric> has = readFacts(builder, data);
        readRecords(builder, readTables(builder, data), has, data);
        return builder.snapshot(info);
    }

    private static SnapshotInfo readInfo(DataInputStream in) throws IOException {
        Instant time = Instant.parse(in.readUTF());
        return new SnapshotInfo(
                time, Duration.ofNanos(in.readLong()), in.readInt(), in.readLong(), Metric.valueOf(in.readUTF()));
    }

    private static Set<Metric> readFacts(SnapshotBuilder builder, DataInputStream in) throws IOException {
        Set<Metric> has = EnumSet.noneOf(Metric.class);
        for (Metric metric : Metric.values()) {
            String exactness = in.readUTF();
            if (!exactness.isEmpty() && metric != Metric.FREED) {
                has.add(metric);
                builder.recorded(metric, Exactness.valueOf(exactness));
            }
        }
        if (in.readInt() > 0) {
            builder.agesRecorded();
        }
        builder.dropped(in.readLong());
        builder.truncated(in.readLong());
        builder.overhead(in.readLong());
        int attributes = in.readInt();
        for (int i = 0; i < attributes; i++) {
            builder.attribute(in.readUTF(), in.readUTF());
        }
        return has;
    }

    private static int[] readTables(SnapshotBuilder builder, DataInputStream in) throws IOException {
        int[] frames = new int[in.readInt()];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = builder.frame(in.readUTF(), in.readUTF(), in.readUTF(), in.readInt());
        }
        int[] tracebacks = new int[in.readInt()];
        for (int i = 0; i < tracebacks.length; i++) {
            int totalFrames = in.readInt();
            int[] ids = new int[in.readInt()];
            for (int j = 0; j < ids.length; j++) {
                ids[j] = frames[in.readInt()];
            }
            tracebacks[i] = builder.traceback(ids, ids.length, totalFrames);
        }
        return tracebacks;
    }

    private static void readRecords(SnapshotBuilder builder, int[] tracebacks, Set<Metric> has, DataInputStream in)
            throws IOException {
        int records = in.readInt();
        for (int i = 0; i < records; i++) {
            int record = builder.newRecord(
                    tracebacks[in.readInt()],
                    builder.type(in.readUTF()),
                    in.readInt(),
                    builder.thread(in.readUTF(), in.readUTF()),
                    in.readLong());
            for (Metric metric : Metric.values()) {
                long count = in.readLong();
                long bytes = in.readLong();
                if (has.contains(metric)) {
                    builder.add(record, metric, count, bytes);
                }
            }
            int buckets = in.readInt();
            for (int bucket = 0; bucket < buckets; bucket++) {
                builder.addAged(record, bucket, in.readLong(), in.readLong());
            }
        }
    }
}
