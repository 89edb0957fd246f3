package io.tracemalloc.spi;

import java.io.IOException;
import java.util.Map;

/** Opens channels through which snapshots are taken and the session is steered from afar. */
public interface RemoteChannelProvider extends Provider {

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
}
