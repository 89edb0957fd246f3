package io.tracemalloc.spi;

import io.tracemalloc.TraceOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongConsumer;

/**
 * The tracing session of another JVM, as a client sees it: through a remote channel, or by attaching to the process.
 *
 * <p>Every operation may block until the other side answers or a time-out passes, and throws an {@link IOException} of
 * one line that names the target if it does not. Not safe for several threads at once, except {@link #close}, which ends
 * an operation in flight.
 */
public interface RemoteSession extends AutoCloseable {

    /** The target as a user would name it: {@code host:port}, {@code unix:/path}, or a process id. */
    String address();

    /** What the other JVM says of its session. */
    RemoteStatus status() throws IOException;

    /**
     * Starts to trace.
     *
     * @throws IOException if it traces already, or cannot
     */
    RemoteStatus start(TraceOptions options) throws IOException;

    /**
     * Stops to trace and forgets all traces.
     *
     * @throws IOException if it does not trace
     */
    RemoteStatus stop() throws IOException;

    /**
     * Forgets all traces; goes on tracing.
     *
     * @throws IOException if it does not trace
     */
    RemoteStatus clear() throws IOException;

    /**
     * Sets the peak to the current traced memory.
     *
     * @throws IOException if it does not trace
     */
    RemoteStatus resetPeak() throws IOException;

    /**
     * Takes a snapshot there and copies it: the bytes that a snapshot file would have.
     *
     * @param out gets the bytes as they come; whoever calls throws them away when this fails half-way
     * @param progress is told the number of bytes copied so far, now and then
     * @throws IOException if it does not trace, or the transfer breaks
     */
    void snapshot(SnapshotRequest request, OutputStream out, LongConsumer progress) throws IOException;

    /** Lets go of the target, which goes on as it is. Does nothing the second time. */
    @Override
    void close();
}
