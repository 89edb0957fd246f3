package io.tracemalloc;

import io.tracemalloc.internal.Channels;
import io.tracemalloc.internal.Sessions;
import io.tracemalloc.spi.RemoteChannel;
import io.tracemalloc.spi.SessionControl;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Traces which source line allocates what: the entry to the tracer, modelled on Python's {@code tracemalloc}.
 *
 * <pre>{@code
 * Tracemalloc.start();
 * runApplication();
 * for (Statistic line : Tracemalloc.takeSnapshot().statistics(GroupBy.LINE).subList(0, 10)) {
 *     System.out.println(line);
 * }
 * }</pre>
 *
 * <p>There is one session per JVM, whoever asks: under the agent, this class steers the agent's session, from whatever
 * class loader. All methods may be called from any thread at any time. Nothing here throws because of an allocation:
 * what cannot be recorded is dropped and counted in the next snapshot.
 */
public final class Tracemalloc {

    private Tracemalloc() {}

    /** Starts to trace with {@link TraceOptions#DEFAULTS}: one frame. See {@link #start(TraceOptions)}. */
    public static void start() {
        start(TraceOptions.DEFAULTS);
    }

    /**
     * Starts to trace, keeping at most this many frames per traceback.
     *
     * @throws IllegalArgumentException if the number is not in 1..65535
     * @throws IllegalStateException as {@link #start(TraceOptions)}
     */
    public static void start(int frames) {
        start(TraceOptions.DEFAULTS.withFrames(frames));
    }

    /**
     * Starts to trace. If a session already runs it is kept as it is, and the options are ignored.
     *
     * @throws IllegalStateException if no capture backend can be had in this JVM; the message lists each with its
     *     reason and quotes the {@code -javaagent} option to add
     * @throws IllegalArgumentException if the backend cannot do what the options ask
     */
    public static void start(TraceOptions options) {
        session().start(options);
    }

    /** Stops to trace and forgets all traces; the traced code is back to its original speed. */
    public static void stop() {
        session().stop();
    }

    /** Whether allocations are being traced. */
    public static boolean isTracing() {
        return session().isTracing();
    }

    /** Forgets all traces and resets current and peak memory; goes on tracing. */
    public static void clearTraces() {
        session().clearTraces();
    }

    /** The traceback limit of the running session; of the default options if none runs. */
    public static int tracebackLimit() {
        SessionControl session = session();
        return session.isTracing() ? session.options().frames() : TraceOptions.DEFAULTS.frames();
    }

    /** Live memory now and its peak; {@link TracedMemory#NONE} while not tracing. */
    public static TracedMemory tracedMemory() {
        return session().tracedMemory();
    }

    /** Sets the peak to the current traced memory; nothing happens while not tracing. */
    public static void resetPeak() {
        session().resetPeak();
    }

    /** Bytes of Java heap and native memory that the tracer itself holds. */
    public static long overheadBytes() {
        return session().overheadBytes();
    }

    /** Where this very object was allocated; empty if it was not traced, or not sampled. */
    public static Optional<Traceback> objectTraceback(Object object) {
        return session().objectTraceback(object);
    }

    /**
     * All traces of this instant, the tracer's own excluded. Recording goes on meanwhile. Live values are as of the
     * last garbage collection; call {@link System#gc()} before to have them fresh.
     *
     * @throws IllegalStateException if not tracing
     */
    public static Snapshot takeSnapshot() {
        return session().takeSnapshot();
    }

    /**
     * Records a block of an address space other than the Java heap, with the caller's traceback. A block that is
     * tracked already is replaced.
     *
     * @param domain address space, 16 or more for an application's own
     * @param address any number that names the block within its domain
     * @param sizeBytes its size, 0 or more
     * @return whether it was recorded: false while not tracing or beyond the memory limit
     * @throws IllegalArgumentException if the domain or the size is negative
     */
    public static boolean track(int domain, long address, long sizeBytes) {
        return session().track(domain, address, sizeBytes);
    }

    /**
     * Forgets a tracked block; an unknown one is ignored.
     *
     * @return whether it traces: false means that nothing was done
     */
    public static boolean untrack(int domain, long address) {
        return session().untrack(domain, address);
    }

    /**
     * Opens a remote channel, through which clients take snapshots and steer the session; it serves until it is closed
     * or the JVM ends. Whether it traces at the moment does not matter.
     *
     * @param address where to listen: {@code [host:]port} or {@code unix:/path}; port 0 takes a free one
     * @param settings further options by their names in agent options: {@code token-file}, {@code tls-cert} and so on
     * @throws IllegalArgumentException if an option makes no sense or would be insecure, in one line
     * @throws io.tracemalloc.spi.ProviderUnavailableException if this JVM has no channel module
     * @throws IOException if it cannot listen there
     */
    public static RemoteChannel listen(String address, Map<String, String> settings) throws IOException {
        return Channels.open(address, settings, session());
    }

    private static SessionControl session() {
        return Sessions.current();
    }
}
