package io.tracemalloc.remote.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.tracemalloc.internal.Failures;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection: lets in those who may, one request at a time, and shows the others the door with a reason.
 *
 * <p>Nothing is served before the token was right. All methods run on the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write ends the connection, which tells everybody
final class RequestHandler extends ChannelInboundHandlerAdapter {

    /** Requests that may wait on a connection for the one before them. */
    static final int PIPELINED = 8;

    private static final String CHALLENGE = "Basic realm=\"tracemalloc\", charset=\"UTF-8\"";
    private static final Object NEXT = new Object();

    /** Tells the connection that an answer is complete; closes it if the answer could not be sent. */
    static final ChannelFutureListener ANSWERED = sent -> {
        if (sent.isSuccess()) {
            sent.channel().pipeline().fireUserEventTriggered(NEXT);
        } else {
            sent.channel().close();
        }
    };

    private final Gate gate;
    private final Consumer<Call> service;
    private final Deque<HttpRequest> pipelined = new ArrayDeque<>();
    private @Nullable Call current;
    private @Nullable Future<?> deadline;
    private boolean closing;
    private boolean served;
    private boolean known;

    /**
     * What all connections of a server share.
     *
     * @param idleMillis for how long a connection may go without a whole request
     */
    record Gate(
            AccessRules rules, Token token, FailedAttempts attempts, Refusals refusals, Door door, long idleMillis) {}

    RequestHandler(Gate gate, Consumer<Call> service) {
        this.gate = gate;
        this.service = service;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        awaitRequest(context);
    }

    private void awaitRequest(ChannelHandlerContext context) {
        deadline = context.executor().schedule(() -> tooSlow(context), gate.idleMillis(), TimeUnit.MILLISECONDS);
    }

    private void stopWaiting() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    /* A connection that was kept for a next request and gets none ends in silence; any other was too slow. */
    private void tooSlow(ChannelHandlerContext context) {
        if (current == null) {
            if (!served) {
                gate.refusals().add("connection", peer(context.channel()), "no request within the time");
            }
            closing = true;
            context.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpRequest request && !closing) {
                if (current == null) {
                    receive(context, request);
                } else if (pipelined.size() < PIPELINED) {
                    pipelined.add(request);
                } else {
                    closing = true;
                    gate.refusals().add("connection", peer(context.channel()), "too many requests at a time");
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void receive(ChannelHandlerContext context, HttpRequest request) {
        stopWaiting();
        Call call = new Call(context, request, gate.refusals());
        current = call;
        if (!request.decoderResult().isSuccess()) {
            unreadable(call, request.decoderResult().cause());
        } else if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            refuseAndClose(call, HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "only HTTP/1.1 is spoken here");
        } else {
            Optional<String> foreign =
                    gate.rules().refusal(request.headers(), context.channel().localAddress());
            if (foreign.isPresent()) {
                refuseAndClose(call, HttpResponseStatus.FORBIDDEN, foreign.get());
            } else if (isLetIn(call, request.headers())) {
                serve(call, request.headers());
            }
        }
    }

    private void unreadable(Call call, Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            refuseAndClose(call, HttpResponseStatus.REQUEST_URI_TOO_LONG, "the request line is too long");
        } else if (cause instanceof TooLongHttpHeaderException) {
            refuseAndClose(call, HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the headers are too long");
        } else {
            refuseAndClose(call, HttpResponseStatus.BAD_REQUEST, "this is no well-formed HTTP request");
        }
    }

    private boolean isLetIn(Call call, HttpHeaders headers) {
        List<String> given = headers.getAll(HttpHeaderNames.AUTHORIZATION);
        if (given.isEmpty()) {
            unauthorized(call, "a token is needed: Authorization: Bearer TOKEN, or Basic with the token as password");
        } else if (given.size() > 1
                || Credentials.token(given.get(0)).filter(gate.token()::matches).isEmpty()) {
            refuseToken(call);
        } else {
            letIn(call.context());
            return true;
        }
        return false;
    }

    /* Only who is wrong has to wait: all users of a machine, or of a tunnel, may come from one address. */
    private void refuseToken(Call call) {
        String address = address(call.context().channel());
        long seconds = gate.attempts().secondsToWait(address);
        if (seconds > 0) {
            refuseAndClose(
                    call,
                    HttpResponseStatus.TOO_MANY_REQUESTS,
                    "too many wrong tokens: wait",
                    "Retry-After",
                    Long.toString(seconds));
        } else {
            gate.attempts().failed(address);
            unauthorized(call, "the token is wrong");
        }
    }

    private void letIn(ChannelHandlerContext context) {
        if (!known) {
            known = true;
            gate.door().letIn();
        }
        PieceLimit limit = context.pipeline().get(PieceLimit.class);
        if (limit != null) {
            limit.letIn();
        }
    }

    private void unauthorized(Call call, String reason) {
        refuseAndClose(call, HttpResponseStatus.UNAUTHORIZED, reason, "WWW-Authenticate", CHALLENGE);
    }

    private void serve(Call call, HttpHeaders headers) {
        boolean hasBody = headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                || !headers.get(HttpHeaderNames.CONTENT_LENGTH, "0").equals("0");
        if (hasBody) {
            refuseAndClose(
                    call, HttpResponseStatus.BAD_REQUEST, "no request has a body here: parameters go in the URL");
        } else {
            service.accept(call);
        }
    }

    /* Whoever is not let in comes by the door again, where floods are stopped. */
    private void refuseAndClose(Call call, HttpResponseStatus status, String reason, String... namesAndValues) {
        closing = true;
        String[] headers = Arrays.copyOf(namesAndValues, namesAndValues.length + 2);
        headers[namesAndValues.length] = "Connection";
        headers[namesAndValues.length + 1] = "close";
        call.refuse(status, reason, headers);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == NEXT) {
            next(context);
        } else if (event instanceof StrictHeads.Malformed malformed && !closing) {
            malformed(context, malformed.reason());
        } else if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            gate.refusals().add("TLS", peer(context.channel()), reason(handshake.cause()));
            context.close();
        }
    }

    private void malformed(ChannelHandlerContext context, String reason) {
        closing = true;
        if (current == null) {
            stopWaiting();
            Call call = new Call(context, Unreadable.REQUEST, gate.refusals());
            current = call;
            call.refuse(
                    HttpResponseStatus.BAD_REQUEST,
                    "this is no well-formed HTTP request: " + reason,
                    "Connection",
                    "close");
        } else {
            gate.refusals().add("400", peer(context.channel()), reason);
        }
    }

    private void next(ChannelHandlerContext context) {
        current = null;
        served = true;
        if (closing) {
            context.close();
        } else if (pipelined.isEmpty()) {
            awaitRequest(context);
        } else {
            receive(context, pipelined.remove());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stopWaiting();
        pipelined.clear();
        Call call = current;
        if (call != null) {
            call.gone().countDown();
        }
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        // A failed handshake has been counted by its event, and a reset connection is nobody's fault.
        boolean ordinary = failure instanceof IOException || failure instanceof io.netty.handler.codec.DecoderException;
        if (!ordinary) {
            gate.refusals().add("connection", peer(context.channel()), Failures.describe(failure));
        }
        context.close();
    }

    private static String reason(Throwable handshake) {
        return handshake instanceof ClosedChannelException
                ? "the client left before the handshake was done"
                : Failures.oneLine(handshake);
    }

    /** Address and port of the client, for messages. */
    static String peer(Channel channel) {
        SocketAddress remote = channel.remoteAddress();
        return remote instanceof InetSocketAddress address && address.getAddress() != null
                ? address.getAddress().getHostAddress() + ":" + address.getPort()
                : "the socket";
    }

    private static String address(Channel channel) {
        SocketAddress remote = channel.remoteAddress();
        return remote instanceof InetSocketAddress address && address.getAddress() != null
                ? address.getAddress().getHostAddress()
                : "";
    }

    /** Stands for a request that could not be read. */
    private static final class Unreadable {
        static final HttpRequest REQUEST = new io.netty.handler.codec.http.DefaultHttpRequest(
                HttpVersion.HTTP_1_1, io.netty.handler.codec.http.HttpMethod.GET, "-");
    }
}
