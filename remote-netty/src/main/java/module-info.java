/** The remote channel: HTTP/1.1 on Netty, server and client. */
module io.tracemalloc.remote.netty {
    requires transitive io.tracemalloc;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires java.management;
    requires static com.google.errorprone.annotations;
    requires static org.jspecify;

    exports io.tracemalloc.remote.netty;

    uses io.tracemalloc.spi.SnapshotFormatProvider;

    provides io.tracemalloc.spi.RemoteChannelProvider with
            io.tracemalloc.remote.netty.NettyProvider;
}
