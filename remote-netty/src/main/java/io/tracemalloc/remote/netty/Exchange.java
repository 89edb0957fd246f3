package io.tracemalloc.remote.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, on a connection of their own, as blocking calls.
 *
 * <p>Reads from the socket only when all that was read has been consumed, so memory is bounded by one read. For one
 * thread, but {@link #close} may come from any.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write ends the connection, which tells everybody
final class Exchange implements AutoCloseable {

    private static final int MAX_LINE_BYTES = 4096;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int MAX_CHUNK_BYTES = 64 * 1024;

    private final Channel channel;
    private final Inbox inbox;
    private final long timeoutMillis;

    /* What came in, in its order; a Throwable is the end. */
    private static final class Inbox extends SimpleChannelInboundHandler<HttpObject> {
        private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();
        private volatile boolean closed;

        Inbox() {
            super(false);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
            if (closed) {
                ReferenceCountUtil.release(message);
            } else {
                received.add(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            // A read that made nothing whole must be followed by another one.
            if (received.isEmpty()) {
                context.read();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            received.add(failure);
            context.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            received.add(new IOException("the connection was closed before the end"));
        }
    }

    private Exchange(Channel channel, Inbox inbox, Duration timeout) {
        this.channel = channel;
        this.inbox = inbox;
        this.timeoutMillis = timeout.toMillis();
    }

    /** Connects, and if the target speaks TLS shakes hands. */
    static Exchange open(
            EventLoopGroup loop, Transport transport, TargetAddress target, Optional<SslContext> tls, Duration timeout)
            throws IOException {
        SocketAddress address = target.resolve();
        Inbox inbox = new Inbox();
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(transport.client(address))
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(timeout.toMillis()))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connecting) {
                        tls.ifPresent(context -> connecting.pipeline().addLast("tls", handler(context, connecting)));
                        connecting
                                .pipeline()
                                .addLast(new HttpClientCodec(MAX_LINE_BYTES, MAX_HEADER_BYTES, MAX_CHUNK_BYTES, false))
                                .addLast(inbox);
                    }

                    private SslHandler handler(SslContext context, Channel connecting) {
                        SslHandler handler = context.newHandler(connecting.alloc(), target.host(), target.port());
                        handler.setHandshakeTimeoutMillis(timeout.toMillis());
                        return handler;
                    }
                });
        ChannelFuture connected = bootstrap.connect(transport.address(address));
        await(connected, connected.channel(), timeout);
        Exchange exchange = new Exchange(connected.channel(), inbox, timeout);
        try {
            exchange.shakeHands(timeout);
            return exchange;
        } catch (IOException | RuntimeException failure) {
            exchange.close();
            throw failure;
        }
    }

    private void shakeHands(Duration timeout) throws IOException {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler != null) {
            channel.read();
            await(handler.handshakeFuture(), channel, timeout);
        }
    }

    private static void await(Future<?> future, Channel channel, Duration timeout) throws IOException {
        try {
            if (!future.await(timeout.toMillis())) {
                channel.close();
                throw new java.net.SocketTimeoutException("no answer within " + timeout.toMillis() + " ms");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            channel.close();
            throw new InterruptedIOException("interrupted");
        }
        Throwable failure = future.cause();
        if (failure != null) {
            throw failure instanceof IOException known ? known : new IOException(failure);
        }
    }

    /** Sends the request and waits for the head of the response, for longer if that takes long to make. */
    HttpResponse send(HttpRequest request, Duration patience) throws IOException {
        channel.writeAndFlush(request);
        channel.read();
        Object first = next(timeoutMillis + patience.toMillis());
        if (first instanceof HttpResponse response) {
            if (response.decoderResult().isFailure()) {
                Throwable cause = response.decoderResult().cause();
                throw cause instanceof PrematureChannelClosureException
                        ? new IOException("the connection was closed before the end", cause)
                        : new NotHttp(cause);
            }
            return response;
        }
        ReferenceCountUtil.release(first);
        throw new IOException("it answers in an unknown way");
    }

    /** What came is no HTTP. */
    static final class NotHttp extends IOException {
        private static final long serialVersionUID = 1L;

        NotHttp(Throwable cause) {
            super("it does not speak HTTP", cause);
        }
    }

    /**
     * Copies the body.
     *
     * @param limit of its bytes; more is an error
     */
    void body(OutputStream out, LongConsumer progress, long limit) throws IOException {
        long bytes = 0;
        while (true) {
            Object message = next(timeoutMillis);
            try {
                if (!(message instanceof HttpContent content)
                        || content.decoderResult().isFailure()) {
                    throw new IOException("the transfer is garbled after " + bytes + " bytes");
                }
                int length = content.content().readableBytes();
                bytes += length;
                if (bytes > limit) {
                    throw new IOException("the answer has more than " + limit + " bytes");
                }
                write(content.content(), out);
                progress.accept(bytes);
                if (message instanceof LastHttpContent) {
                    return;
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }
    }

    private static void write(ByteBuf bytes, OutputStream out) throws Unwritable {
        try {
            bytes.readBytes(out, bytes.readableBytes());
        } catch (IOException failure) {
            throw new Unwritable(failure);
        }
    }

    /** What came could not be passed on: the target has no part in it. */
    static final class Unwritable extends IOException {
        private static final long serialVersionUID = 1L;

        Unwritable(IOException cause) {
            super(cause);
        }
    }

    private Object next(long patienceMillis) throws IOException {
        try {
            Object message = inbox.received.poll();
            if (message == null) {
                channel.read();
                message = inbox.received.poll(patienceMillis, TimeUnit.MILLISECONDS);
            }
            return received(message, patienceMillis);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private static Object received(@Nullable Object message, long patienceMillis) throws IOException {
        if (message == null) {
            throw new java.net.SocketTimeoutException("no answer within " + patienceMillis + " ms");
        }
        if (message instanceof IOException failure) {
            throw failure;
        }
        if (message instanceof Throwable failure) {
            throw new IOException(failure);
        }
        return message;
    }

    /** A request without body. */
    static DefaultFullHttpRequest request(
            io.netty.handler.codec.http.HttpMethod method, String uri, TargetAddress target, Optional<String> token) {
        DefaultFullHttpRequest request =
                new DefaultFullHttpRequest(io.netty.handler.codec.http.HttpVersion.HTTP_1_1, method, uri);
        request.headers()
                .set(HttpHeaderNames.HOST, target.authority())
                .set(HttpHeaderNames.USER_AGENT, "tracemalloc")
                .set(HttpHeaderNames.ACCEPT, "*/*")
                .set(HttpHeaderNames.CONTENT_LENGTH, 0)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        token.ifPresent(text -> request.headers().set(HttpHeaderNames.AUTHORIZATION, "Bearer " + text));
        return request;
    }

    /** Ends the connection; whoever waits for the response gets an {@link IOException}. */
    @Override
    public void close() {
        channel.close();
        inbox.closed = true;
        for (Object message = inbox.received.poll(); message != null; message = inbox.received.poll()) {
            ReferenceCountUtil.release(message);
        }
        inbox.received.add(new IOException("closed"));
    }
}
