package known;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.Version;
import java.nio.charset.StandardCharsets;

/** Decodes requests with the Netty of its class path, until its standard input ends. */
public final class NettyLoop {

    private NettyLoop() {}

    public static void main(String[] args) throws Exception {
        System.out.println("netty " + Version.identify().get("netty-common").artifactVersion());
        System.out.println(ByteBuf.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath()
                .replaceAll(".*/", ""));
        long sum = 0;
        for (int i = 0; i < 2000; i++) {
            sum += decoded("GET /" + i + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc");
        }
        System.out.println("sum " + sum);
        System.in.read();
        System.out.println("done");
    }

    private static int decoded(String request) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder(), new HttpObjectAggregator(1024));
        channel.writeInbound(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII)); // request
        FullHttpRequest message = channel.readInbound();
        int length = message.uri().length() + message.content().readableBytes();
        message.release();
        channel.finishAndReleaseAll();
        return length;
    }
}
