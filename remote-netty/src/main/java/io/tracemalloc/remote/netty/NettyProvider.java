package io.tracemalloc.remote.netty;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.tracemalloc.spi.Availability;
import io.tracemalloc.spi.RemoteChannel;
import io.tracemalloc.spi.RemoteChannelProvider;
import io.tracemalloc.spi.RemoteSession;
import io.tracemalloc.spi.SessionControl;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;

/** Opens the HTTP channel, and connects to it. Safe for any thread. */
public final class NettyProvider implements RemoteChannelProvider {

    /** For {@link java.util.ServiceLoader}. */
    public NettyProvider() {}

    @Override
    public String name() {
        return "netty";
    }

    /** {@inheritDoc} The agent's own Netty is new enough; without the agent it is the program's. */
    @Override
    public Availability availability() {
        try {
            Objects.requireNonNull(MultiThreadIoEventLoopGroup.class);
            return Availability.available();
        } catch (LinkageError older) {
            return Availability.unavailable("the class path has no Netty 4.2 or newer", older);
        }
    }

    @Override
    public void check(String address, Map<String, String> settings) {
        ServerSettings.of(ListenAddress.parse(address), settings);
    }

    @Override
    public RemoteChannel open(String address, Map<String, String> settings, SessionControl session) throws IOException {
        ListenAddress listen = ListenAddress.parse(address);
        return Server.open(listen, ServerSettings.of(listen, settings), session);
    }

    @Override
    public RemoteSession connect(String address, Map<String, String> settings) throws IOException {
        return Client.connect(TargetAddress.parse(address), ClientSettings.of(settings));
    }
}
