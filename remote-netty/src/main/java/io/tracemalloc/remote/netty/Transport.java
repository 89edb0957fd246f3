package io.tracemalloc.remote.netty;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Locale;

/** Native epoll where it can be had, else the JDK's selectors. */
enum Transport {
    EPOLL {
        @Override
        IoHandlerFactory handlers() {
            return EpollIoHandler.newFactory();
        }

        @Override
        Class<? extends ServerChannel> server(SocketAddress address) {
            return isUnix(address) ? EpollServerDomainSocketChannel.class : EpollServerSocketChannel.class;
        }

        @Override
        Class<? extends Channel> client(SocketAddress address) {
            return isUnix(address) ? EpollDomainSocketChannel.class : EpollSocketChannel.class;
        }

        @Override
        SocketAddress address(SocketAddress address) {
            return address instanceof UnixDomainSocketAddress unix
                    ? new DomainSocketAddress(unix.getPath().toString())
                    : address;
        }
    },
    NIO {
        @Override
        IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        Class<? extends ServerChannel> server(SocketAddress address) {
            return isUnix(address) ? NioServerDomainSocketChannel.class : NioServerSocketChannel.class;
        }

        @Override
        Class<? extends Channel> client(SocketAddress address) {
            return isUnix(address) ? NioDomainSocketChannel.class : NioSocketChannel.class;
        }

        @Override
        SocketAddress address(SocketAddress address) {
            return address;
        }
    };

    /* From this release on, the JVM warns on standard error of every native library that was not allowed beforehand. */
    private static final int JAVA_WARNS_OF_NATIVE_CODE = 24;

    /** The best one here. */
    static Transport best() {
        boolean linux =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");
        return linux && nativeCodeIsQuiet() && Epoll.isAvailable() ? EPOLL : NIO;
    }

    private static boolean nativeCodeIsQuiet() {
        if (Runtime.version().feature() < JAVA_WARNS_OF_NATIVE_CODE) {
            return true;
        }
        try {
            // Module.isNativeAccessEnabled() is younger than the Java that this is compiled for.
            Object allowed = Module.class.getMethod("isNativeAccessEnabled").invoke(Epoll.class.getModule());
            return Boolean.TRUE.equals(allowed);
        } catch (ReflectiveOperationException unknown) {
            return false;
        }
    }

    /** A pool with few small chunks: what is sent is bounded, and the application's heap is not ours. */
    static ByteBufAllocator allocator() {
        int pageBytes = 8192;
        int maxOrder = 3;
        return new PooledByteBufAllocator(true, 1, 1, pageBytes, maxOrder, 0, 0, false);
    }

    EventLoopGroup eventLoop(String kind) {
        return new MultiThreadIoEventLoopGroup(1, new OwnThreads(kind), handlers());
    }

    private static boolean isUnix(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress;
    }

    abstract IoHandlerFactory handlers();

    abstract Class<? extends ServerChannel> server(SocketAddress address);

    abstract Class<? extends Channel> client(SocketAddress address);

    /** The address as this transport's channels take it. */
    abstract SocketAddress address(SocketAddress address);
}
