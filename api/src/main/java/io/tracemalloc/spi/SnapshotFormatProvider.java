package io.tracemalloc.spi;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Writes and reads snapshots in one format. A file and a socket carry the same bytes.
 *
 * <p>Safe for several threads at once. Streams are not closed.
 */
public interface SnapshotFormatProvider extends Provider {

    /** How many leading bytes {@link #reads} gets to see. */
    int PROBE_LENGTH = 64;

    /**
     * Whether input that begins like this may be of this format.
     *
     * @param start the first {@link #PROBE_LENGTH} bytes, fewer if the input is shorter
     */
    boolean reads(byte[] start);

    /** Usual suffix of files, with the dot. */
    String suffix();

    /**
     * Writes a snapshot, in memory bounded independently of its number of records.
     *
     * @param defaultMetric the metric that tools show first
     */
    void write(Snapshot snapshot, Metric defaultMetric, OutputStream out) throws IOException;

    /**
     * Reads a whole snapshot, never a part of one.
     *
     * @throws io.tracemalloc.SnapshotFormatException if the input is damaged, too large or foreign; one line
     */
    Snapshot read(InputStream in) throws IOException;
}
