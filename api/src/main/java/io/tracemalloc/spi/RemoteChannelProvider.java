package io.tracemalloc.spi;

import java.io.IOException;
import java.util.Map;

/** Opens channels through which snapshots are taken and the session is steered from afar, and connects to them. */
public interface RemoteChannelProvider extends Provider {

    /**
     * Checks what {@link #open} would be given, as far as that is possible without opening anything.
     *
     * @throws IllegalArgumentException as {@link #open}
     */
    default void check(String address, Map<String, String> settings) {}

    /**
     * Opens a channel; it serves until it is closed, on daemon threads only.
     *
     * @param address where to listen: {@code [host:]port} or {@code unix:/path}
     * @param settings further options, by their names in agent options
     * @param session what the channel steers
     * @throws IllegalArgumentException if an option makes no sense or would be insecure, in one line
     * @throws IOException if it cannot listen
     */
    RemoteChannel open(String address, Map<String, String> settings, SessionControl session) throws IOException;

    /**
     * Connects to a channel that another JVM opened. Nothing is sent before the first operation.
     *
     * @param address {@code host:port}, {@code http://…}, {@code https://…} or {@code unix:/path}
     * @param settings how to be let in, by the names of command-line options without their dashes: {@code token-file},
     *     {@code ca}, {@code cert}, {@code key}, {@code fingerprint}, {@code timeout}; and {@code token}, the token
     *     itself
     * @throws IllegalArgumentException if the address or a setting makes no sense, in one line
     * @throws IOException if a file that a setting names cannot be read
     */
    RemoteSession connect(String address, Map<String, String> settings) throws IOException;
}
