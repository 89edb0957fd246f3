package measured.programs;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;

/** An HTTP server without the network: decodes requests, answers, encodes the answers. */
final class NettyHttp implements Program {

    private static final int REQUESTS = 20_000;

    private final EmbeddedChannel channel =
            new EmbeddedChannel(new HttpServerCodec(), new HttpObjectAggregator(1 << 16), new Server());

    @Override
    public long run() {
        long bytes = 0;
        for (int i = 0; i < REQUESTS; i++) {
            channel.writeInbound(Unpooled.wrappedBuffer(request(i)));
            for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
                bytes += out.readableBytes();
                out.release();
            }
        }
        return bytes;
    }

    private static byte[] request(int number) {
        return ("GET /orders/" + number % 100 + "?page=" + number % 7 + "&sort=date HTTP/1.1\r\n"
                        + "Host: example.com\r\nUser-Agent: test\r\nAccept: application/json\r\n"
                        + "Accept-Encoding: gzip\r\nCookie: session=0123456789abcdef\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static final class Server extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            QueryStringDecoder query = new QueryStringDecoder(request.uri());
            String body = "{\"path\":\"" + query.path() + "\",\"page\":"
                    + query.parameters().get("page") + "}";
            DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                    .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
            context.writeAndFlush(response);
        }
    }
}
