package io.tracemalloc.remote.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.tracemalloc.internal.Failures;
import io.tracemalloc.internal.Messages;
import io.tracemalloc.spi.RemoteChannel;
import io.tracemalloc.spi.SessionControl;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The open channel: one event loop, and workers that come and go. Safe for any thread. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write ends the connection, which tells everybody
final class Server implements RemoteChannel {

    /** Connections at a time. */
    static final int CONNECTIONS = 256;

    private static final int BACKLOG = 128;

    /*
     * The kernel tells that a socket takes more once a third of its buffer is free, and the other end's kernel says that
     * it takes more once a good part of its own is. Seen from here a reader of 1 KB a second takes nothing for a minute or
     * three, and then much at once. So one that holds up nobody has long.
     */
    private static final int SEND_BUFFER_BYTES = 64 * 1024;
    private static final long IDLE_MILLIS = 30_000;
    private static final long WAIT_MILLIS = 30_000;
    private static final long STALL_MILLIS = 60_000;
    private static final long ALONE_MILLIS = 360_000;
    private static final long GRACE_MILLIS = 1_000;
    private static final long STOP_MILLIS = 2_000;
    private static final long BURST_MILLIS = 200;

    /* S_IFMT and S_IFSOCK of stat(2). */
    private static final int TYPE_OF_FILE = 0170000;
    private static final int SOCKET = 0140000;

    /**
     * How long things may take, in milliseconds.
     *
     * @param burstMillis processor time of the event loop, and of the encoders, before they have to step back
     */
    record Times(long idleMillis, long waitMillis, long stallMillis, long aloneMillis, long burstMillis) {}

    static final Times TIMES = new Times(IDLE_MILLIS, WAIT_MILLIS, STALL_MILLIS, ALONE_MILLIS, BURST_MILLIS);

    private final EventLoopGroup loop;
    private final Service service;
    private final Token token;
    private final String scheme;
    private final Optional<Path> socket;
    private final ChannelGroup connections = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Refusals refusals;
    private final Door door;
    private @Nullable Channel listening;

    private Server(
            EventLoopGroup loop,
            Service service,
            Token token,
            Refusals refusals,
            Door door,
            ListenAddress address,
            ServerSettings settings) {
        this.loop = loop;
        this.service = service;
        this.token = token;
        this.refusals = refusals;
        this.door = door;
        this.scheme = settings.tls() ? "https://" : "http://";
        this.socket = address.path();
    }

    /** Listens, and says where the token is. */
    static Server open(ListenAddress address, ServerSettings settings, SessionControl session) throws IOException {
        return open(address, settings, session, TIMES);
    }

    /** As {@link #open(ListenAddress, ServerSettings, SessionControl)}, with other times. */
    static Server open(ListenAddress address, ServerSettings settings, SessionControl session, Times times)
            throws IOException {
        QuietLog.install();
        SocketAddress where = address.resolve();
        Optional<SslContext> tls =
                settings.tls() ? Optional.of(ServerTls.context(address, settings, Messages::print)) : Optional.empty();
        Refusals refusals = new Refusals(Messages::print, System::nanoTime);
        Service service = new Service(session, refusals, times);
        Token token = Token.in(settings.tokenFile());
        Transport transport = Transport.best();
        Door door = new Door(System::nanoTime, times.burstMillis());
        Server server = new Server(transport.eventLoop("io"), service, token, refusals, door, address, settings);
        RequestHandler.Gate gate = new RequestHandler.Gate(
                new AccessRules(address, settings),
                token,
                new FailedAttempts(System::nanoTime),
                refusals,
                door,
                times.idleMillis());
        try {
            server.listen(transport, where, tls, gate);
        } catch (IOException | RuntimeException failure) {
            server.close();
            throw failure;
        }
        Messages.print("token in " + token.file());
        return server;
    }

    private void listen(Transport transport, SocketAddress where, Optional<SslContext> tls, RequestHandler.Gate gate)
            throws IOException {
        if (socket.isPresent()) {
            removeAbandoned(socket.get());
        }
        ByteBufAllocator allocator = Transport.allocator();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loop)
                .channel(transport.server(where))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connected(channel, tls, gate);
                    }
                });
        if (socket.isEmpty()) {
            bootstrap.option(ChannelOption.SO_REUSEADDR, true);
            bootstrap.childOption(ChannelOption.TCP_NODELAY, true);
        }
        ChannelFuture bound = bootstrap.bind(transport.address(where)).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(Failures.oneLine(bound.cause()), bound.cause());
        }
        listening = bound.channel();
        if (socket.isPresent() && Token.isPosix(socket.get())) {
            Files.setPosixFilePermissions(socket.get(), PosixFilePermissions.fromString("rw-------"));
        }
    }

    /* A socket whose owner was killed stays behind, and refuses; nothing but such a socket is removed. */
    private static void removeAbandoned(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket(path)) {
            throw new IOException(path + " exists and is no socket");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException nobodyListens) {
            Files.delete(path);
            return;
        }
        throw new IOException("Address already in use");
    }

    /* Pipes and devices are "other" files, too. */
    private static boolean isSocket(Path path) throws IOException {
        return Token.isPosix(path)
                ? ((Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & TYPE_OF_FILE) == SOCKET
                : Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .isOther();
    }

    private void connected(Channel channel, Optional<SslContext> tls, RequestHandler.Gate gate) {
        door.entered(channel.parent());
        if (connections.size() >= CONNECTIONS || closed.get()) {
            refusals.add("connection", RequestHandler.peer(channel), "too many connections");
            channel.close();
            return;
        }
        connections.add(channel);
        channel.pipeline().addLast(new PieceLimit(refusals));
        tls.ifPresent(context -> channel.pipeline().addLast("tls", new TlsOrRefuse(context, refusals)));
        channel.pipeline()
                .addLast(new StrictHeads())
                .addLast(new StrictRequestDecoder())
                .addLast(new HttpResponseEncoder())
                .addLast(new RequestHandler(gate, service::serve));
    }

    @Override
    public String address() {
        if (listening != null && listening.localAddress() instanceof InetSocketAddress address) {
            // The address of all is one of IPv6, which few would type.
            String host = address.getAddress().isAnyLocalAddress()
                    ? "0.0.0.0"
                    : address.getAddress().getHostAddress();
            return scheme + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
        }
        return "unix:" + socket.map(Path::toString).orElse("");
    }

    @Override
    public Optional<Path> tokenFile() {
        return Optional.of(token.file());
    }

    /** What was refused so far. */
    long refused() {
        return refusals.count();
    }

    /** How often no connections were accepted for a while. */
    int timesShut() {
        return door.timesShut();
    }

    /** Connections that are open. */
    int connections() {
        return connections.size();
    }

    /** {@inheritDoc} Answers that are under way have a second to end. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        if (listening != null) {
            listening.close().awaitUninterruptibly();
            removeSocket();
        }
        awaitIdle();
        service.close();
        connections.close().awaitUninterruptibly(STOP_MILLIS);
        loop.shutdownGracefully(0, STOP_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(STOP_MILLIS);
        token.forget();
    }

    private void awaitIdle() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS);
        try {
            while (service.isBusy() && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private void removeSocket() {
        try {
            if (socket.isPresent()) {
                Files.deleteIfExists(socket.get());
            }
        } catch (IOException stays) {
            // The next one that listens here removes it.
        }
    }
}
