package io.tracemalloc.internal;

import io.tracemalloc.spi.RemoteChannel;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The remote channels that the options of this JVM's agent asked for; they stay open until it ends. Safe for any thread. */
final class AgentChannels {

    /** By what was asked for; guarded by the class. */
    private static final Map<String, RemoteChannel> OPEN = new HashMap<>();

    private AgentChannels() {}

    /**
     * What came of a channel that was asked for.
     *
     * @param failed whether it could not be opened
     * @param words where it listens and where its token is, or why it does not; empty if none was asked for
     */
    record Outcome(boolean failed, String words) {
        static final Outcome NONE = new Outcome(false, "");
    }

    /** Opens a channel, unless the same is open: whoever attaches once more asks for it again. */
    static synchronized Outcome open(String address, Map<String, String> settings, LocalSession session) {
        String request = address + ' ' + settings;
        RemoteChannel known = OPEN.get(request);
        if (known != null) {
            return listening(known);
        }
        try {
            RemoteChannel opened = Channels.open(address, settings, session);
            OPEN.put(request, opened);
            DaemonThreads.atExit("tracemalloc-channel", opened::close);
            Messages.print("listening on " + opened.address());
            return listening(opened);
        } catch (IOException failure) {
            String words = "cannot listen on " + address + ": " + Failures.oneLine(failure);
            Messages.print(words);
            return new Outcome(true, words);
        }
    }

    private static Outcome listening(RemoteChannel channel) {
        String token = channel.tokenFile().isPresent()
                ? ", token in " + channel.tokenFile().get()
                : "";
        return new Outcome(false, "listening on " + channel.address() + token);
    }
}
