package io.tracemalloc.remote.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;

/**
 * One request that was let in, and its answer, which is given once. Any thread may answer.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write ends the connection, which tells everybody
final class Call {

    private final ChannelHandlerContext context;
    private final String method;
    private final String uri;
    private final boolean keepAlive;
    private final Refusals refusals;
    private final CountDownLatch gone = new CountDownLatch(1);
    private volatile boolean begun;

    Call(ChannelHandlerContext context, HttpRequest request, Refusals refusals) {
        this.context = context;
        this.method = request.method().name();
        this.uri = request.uri();
        this.keepAlive = HttpUtil.isKeepAlive(request);
        this.refusals = refusals;
    }

    ChannelHandlerContext context() {
        return context;
    }

    String method() {
        return method;
    }

    String uri() {
        return uri;
    }

    /** Counted down when the client has gone or the channel closes. */
    CountDownLatch gone() {
        return gone;
    }

    /** Answers with a whole body. */
    void answer(HttpResponseStatus status, String type, String body, String... namesAndValues) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        // RFC 9110: the answer to HEAD has the header fields of the body, and no body.
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                status,
                method.equals("HEAD") ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(bytes));
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_LENGTH, bytes.length);
        setCommon(response, type);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.set(namesAndValues[i], namesAndValues[i + 1]);
        }
        boolean last = !keepAlive || HttpHeaderValues.CLOSE.contentEquals(headers.get(HttpHeaderNames.CONNECTION, ""));
        if (last) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        context.writeAndFlush(response).addListener(last ? ChannelFutureListener.CLOSE : RequestHandler.ANSWERED);
    }

    /** Answers with a reason, counts it, and says it on standard error. */
    void refuse(HttpResponseStatus status, String reason, String... namesAndValues) {
        int query = uri.indexOf('?');
        String path = query < 0 ? uri : uri.substring(0, query);
        refusals.add(status.code() + " " + method + " " + path, RequestHandler.peer(context.channel()), reason);
        answer(status, "text/plain; charset=utf-8", reason + "\n", namesAndValues);
    }

    /** Begins an answer of unknown length. {@link #end} or {@link #breakOff} must follow. */
    ChunkedBody begin(String type, String fileName, LongSupplier patienceMillis) {
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        response.headers().set(HttpHeaderNames.CONTENT_DISPOSITION, "attachment; filename=\"" + fileName + "\"");
        setCommon(response, type);
        if (!keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        begun = true;
        context.writeAndFlush(response);
        return new ChunkedBody(context, patienceMillis);
    }

    /** Ends the body; the connection is free for the next request. Without it the reader sees that it was cut off. */
    void end() {
        context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
                .addListener(keepAlive ? RequestHandler.ANSWERED : ChannelFutureListener.CLOSE);
    }

    /** The work failed: says so, or if the answer has begun breaks it off. */
    void failed(String reason) {
        if (begun) {
            breakOff(reason);
        } else {
            refuse(HttpResponseStatus.INTERNAL_SERVER_ERROR, reason, "Connection", "close");
        }
    }

    /**
     * Ends the connection, so that the client sees that the answer is not whole. That is a refusal unless the client
     * went by itself.
     */
    void breakOff(String reason) {
        if (gone.getCount() > 0) {
            refusals.add("connection", RequestHandler.peer(context.channel()), reason);
        }
        context.close();
    }

    private static void setCommon(HttpResponse response, String type) {
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, type)
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .set("X-Content-Type-Options", "nosniff");
    }
}
