package io.tracemalloc.internal;

import io.tracemalloc.spi.RemoteChannel;
import io.tracemalloc.spi.RemoteChannelProvider;
import io.tracemalloc.spi.SessionControl;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Opens remote channels to the session of this JVM. Safe for any thread. */
public final class Channels {

    private Channels() {}

    /**
     * Opens a channel with the best provider: the agent's if the session is the agent's, for that one has the library.
     *
     * @throws IllegalArgumentException if the address or a setting makes no sense or would be insecure
     * @throws io.tracemalloc.spi.ProviderUnavailableException if there is no channel to open
     * @throws IOException if it cannot listen there
     */
    public static RemoteChannel open(String address, Map<String, String> settings, SessionControl session)
            throws IOException {
        return session instanceof ForeignSession agent
                ? agent.listen(address, settings)
                : open(address, settings, (LocalSession) session);
    }

    /** As above, for the session of this copy. */
    static RemoteChannel open(String address, Map<String, String> settings, LocalSession session) throws IOException {
        RemoteChannelProvider provider = Providers.best(RemoteChannelProvider.class);
        Opening opening = new Opening(provider, address, settings, session);
        session.unrecorded(opening);
        return opening.result();
    }

    /* A class and no lambda: this may run before the program starts. */
    private static final class Opening implements Runnable {
        private final RemoteChannelProvider provider;
        private final String address;
        private final Map<String, String> settings;
        private final LocalSession session;
        private final AtomicReference<@Nullable RemoteChannel> opened = new AtomicReference<>();
        private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

        Opening(RemoteChannelProvider provider, String address, Map<String, String> settings, LocalSession session) {
            this.provider = provider;
            this.address = address;
            this.settings = settings;
            this.session = session;
        }

        @Override
        public void run() {
            try {
                opened.set(provider.open(address, settings, session));
            } catch (IOException cannotListen) {
                failure.set(cannotListen);
            }
        }

        RemoteChannel result() throws IOException {
            IOException cannotListen = failure.get();
            RemoteChannel channel = opened.get();
            if (cannotListen != null || channel == null) {
                throw cannotListen == null ? new IOException("no channel was opened") : cannotListen;
            }
            return channel;
        }
    }
}
