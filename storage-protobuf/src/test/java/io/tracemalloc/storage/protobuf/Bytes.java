package io.tracemalloc.storage.protobuf;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Snapshots as bytes and back. */
final class Bytes {

    private static final ProtobufSnapshotFormat FORMAT = new ProtobufSnapshotFormat();

    static byte[] written(Snapshot snapshot) {
        return written(snapshot, snapshot.defaultMetric());
    }

    static byte[] written(Snapshot snapshot, Metric defaultMetric) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            FORMAT.write(snapshot, defaultMetric, out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    static Snapshot read(byte[] bytes) throws IOException {
        return FORMAT.read(new ByteArrayInputStream(bytes));
    }

    static byte[] gunzip(byte[] bytes) throws IOException {
        return new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private Bytes() {}
}
