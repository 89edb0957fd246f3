package io.tracemalloc.remote.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Begins TLS, or tells whoever speaks plain HTTP to it in words that they understand. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write ends the connection, which tells everybody
final class TlsOrRefuse extends ByteToMessageDecoder {

    private static final int RECORD_HEADER_BYTES = 5;
    private static final long HANDSHAKE_SECONDS = 10;
    private static final String REASON = "this port speaks TLS: use https://";

    private final SslContext tls;
    private final Refusals refusals;
    private boolean refused;

    TlsOrRefuse(SslContext tls, Refusals refusals) {
        this.tls = tls;
        this.refusals = refusals;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (refused) {
            in.skipBytes(in.readableBytes());
        } else if (in.readableBytes() >= RECORD_HEADER_BYTES) {
            if (SslHandler.isEncrypted(in, false)) {
                SslHandler handler = tls.newHandler(context.alloc());
                handler.setHandshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS);
                context.pipeline().replace(this, "tls", handler);
            } else {
                refuse(context, in);
            }
        }
    }

    private void refuse(ChannelHandlerContext context, ByteBuf in) {
        refused = true;
        in.skipBytes(in.readableBytes());
        refusals.add("400", RequestHandler.peer(context.channel()), "no TLS");
        String answer = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                + (REASON.length() + 1) + "\r\nConnection: close\r\n\r\n" + REASON + "\n";
        context.writeAndFlush(Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII))
                .addListener(ChannelFutureListener.CLOSE);
    }
}
