package io.tracemalloc.storage.protobuf;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotFormatException;
import io.tracemalloc.spi.SnapshotFormatProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.Optional;

/**
 * The snapshot file: gzip'ed protobuf, a superset of pprof's heap profiles. Reads any pprof heap profile, gzip'ed or
 * plain; other pprof tools read its files.
 *
 * <p>Writing needs memory for names, tracebacks and buffers of fixed size, however many records there are. The same
 * records in any order give the same bytes as long as frames and tracebacks have the same order. Reading claims at most
 * half of the heap.
 */
public final class ProtobufSnapshotFormat implements SnapshotFormatProvider {

    /*
     * Level 1 is 3 to 5 times faster than the default level 6, and the files are hardly larger: the numbers are packed
     * before they are compressed.
     */
    private static final int COMPRESSION_LEVEL = 1;

    /** For {@link java.util.ServiceLoader}. */
    public ProtobufSnapshotFormat() {}

    @Override
    public String name() {
        return "protobuf";
    }

    @Override
    public String suffix() {
        return ".pb.gz";
    }

    /** True for anything gzip'ed and for all that is not recognised as something else. */
    @Override
    public boolean reads(byte[] start) {
        return GzipInput.startsLikeGzip(start)
                || (start.length > 0 && Signatures.foreign(start).isEmpty());
    }

    @Override
    public void write(Snapshot snapshot, Metric defaultMetric, OutputStream out) throws IOException {
        Objects.requireNonNull(snapshot, "snapshot");
        Objects.requireNonNull(defaultMetric, "defaultMetric");
        GzipOutput gzip = new GzipOutput(out, COMPRESSION_LEVEL);
        try {
            SnapshotWriter.write(snapshot, defaultMetric, gzip);
            gzip.finish();
        } finally {
            gzip.free();
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>A pprof profile of another kind than heap is refused, as is one with negative values.
     */
    @Override
    public Snapshot read(InputStream in) throws IOException {
        MemoryBudget budget = MemoryBudget.ofHeap();
        try {
            return read(in, budget);
        } catch (OutOfMemoryError full) {
            // The budget prevents it unless the application fills the heap at the same time.
            throw new SnapshotFormatException(
                    "expected a snapshot that fits into memory, found no memory left to read it", full);
        }
    }

    private static Snapshot read(InputStream in, MemoryBudget budget) throws IOException {
        byte[] start = in.readNBytes(PROBE_LENGTH);
        InputStream whole = new PrefixedInput(start, in);
        if (!GzipInput.startsLikeGzip(start)) {
            return readPlain(start, whole, budget);
        }
        try (GzipInput plain = new GzipInput(whole)) {
            byte[] plainStart = plain.readNBytes(PROBE_LENGTH);
            return readPlain(plainStart, new PrefixedInput(plainStart, plain), budget);
        }
    }

    private static Snapshot readPlain(byte[] start, InputStream in, MemoryBudget budget) throws IOException {
        Optional<String> foreign = Signatures.foreign(start);
        if (foreign.isPresent()) {
            throw new SnapshotFormatException("expected a snapshot (pprof heap profile), found " + foreign.get());
        }
        return SnapshotReader.read(in, budget);
    }
}
