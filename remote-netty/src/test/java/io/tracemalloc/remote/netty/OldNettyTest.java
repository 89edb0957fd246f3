package io.tracemalloc.remote.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.tracemalloc.spi.RemoteChannelProvider;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** Programs bring Netty in versions of their own. */
final class OldNettyTest {

    @Test
    void isUnavailableBesideNetty41() throws Exception {
        Class<?> provider = new WithNetty41().loadClass(NettyProvider.class.getName());

        RemoteChannelProvider netty =
                (RemoteChannelProvider) provider.getDeclaredConstructor().newInstance();

        assertThat(netty.availability().reason()).contains("the class path has no Netty 4.2 or newer");
    }

    @Test
    void isAvailableBesideItsOwnNetty() {
        assertThat(new NettyProvider().availability().isAvailable()).isTrue();
    }

    /** The provider in a loader where a class of Netty 4.2 is missing. */
    private static final class WithNetty41 extends ClassLoader {
        WithNetty41() {
            super(OldNettyTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.equals(MultiThreadIoEventLoopGroup.class.getName())) {
                throw new ClassNotFoundException(name);
            }
            return name.equals(NettyProvider.class.getName()) ? define(name) : super.loadClass(name, resolve);
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = NettyProvider.class.getResourceAsStream("NettyProvider.class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException unreadable) {
                throw new ClassNotFoundException(name, unreadable);
            }
        }
    }
}
