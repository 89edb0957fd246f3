package io.tracemalloc.remote.netty;

import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.ssl.SslContext;
import io.tracemalloc.Metric;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.internal.AgentOptions;
import io.tracemalloc.spi.RemoteSession;
import io.tracemalloc.spi.RemoteStatus;
import io.tracemalloc.spi.SnapshotRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The other end of the channel: a connection for each operation.
 *
 * <p>Reads are tried again, with growing pauses, where the server could not be reached or was busy and nothing has been
 * handed over yet; what changes the session is tried once.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write ends the connection, which tells everybody
final class Client implements RemoteSession {

    /* One connection gains nothing from native code. */
    private static final Transport TRANSPORT = Transport.NIO;
    private static final int ATTEMPTS = 3;
    private static final long PAUSE_MILLIS = 200;
    private static final long MAX_PAUSE_MILLIS = 10_000;

    /* Status and reasons are short. */
    private static final int MAX_TEXT_BYTES = 64 * 1024;
    private static final int OK = 200;
    private static final int BUSY = 503;

    private final TargetAddress target;
    private final ClientSettings settings;
    private final Optional<SslContext> tls;
    private final Object lock = new Object();

    /* Guarded by lock. */
    private @Nullable EventLoopGroup loop;
    private @Nullable Exchange current;
    private boolean closed;

    private Client(TargetAddress target, ClientSettings settings, Optional<SslContext> tls) {
        this.target = target;
        this.settings = settings;
        this.tls = tls;
    }

    /** A client that has sent nothing yet. */
    static Client connect(TargetAddress target, ClientSettings settings) throws IOException {
        QuietLog.install();
        return new Client(target, settings, target.tls() ? Optional.of(settings.tls()) : Optional.empty());
    }

    @Override
    public String address() {
        return target.text();
    }

    @Override
    public RemoteStatus status() throws IOException {
        return again(() -> statusOnce(HttpMethod.GET, "/tracemalloc/v1/status"));
    }

    @Override
    public RemoteStatus start(TraceOptions options) throws IOException {
        StringJoiner query = new StringJoiner("&", "?", "");
        AgentOptions.values(options)
                .forEach((option, value) -> query.add(option.optionName() + "=" + Query.encoded(value)));
        return once(() -> statusOnce(HttpMethod.POST, "/tracemalloc/v1/start" + query));
    }

    @Override
    public RemoteStatus stop() throws IOException {
        return once(() -> statusOnce(HttpMethod.POST, "/tracemalloc/v1/stop"));
    }

    @Override
    public RemoteStatus clear() throws IOException {
        return once(() -> statusOnce(HttpMethod.POST, "/tracemalloc/v1/clear"));
    }

    @Override
    public RemoteStatus resetPeak() throws IOException {
        return once(() -> statusOnce(HttpMethod.POST, "/tracemalloc/v1/reset-peak"));
    }

    @Override
    public void snapshot(SnapshotRequest request, OutputStream out, LongConsumer progress) throws IOException {
        String uri = (request.first() == Metric.ALLOCATED ? "/debug/pprof/allocs" : "/debug/pprof/heap")
                + "?gc=" + (request.gc() ? 1 : 0)
                + (request.span().isZero()
                        ? ""
                        : "&seconds=" + Math.max(1, request.span().toSeconds()));
        again(() -> {
            try (Exchange exchange = open()) {
                require(
                        exchange,
                        exchange.send(Exchange.request(HttpMethod.GET, uri, target, settings.token()), request.span()));
                copy(exchange, out, progress);
                return this;
            }
        });
    }

    /* From the first byte on a failure is final. */
    private static void copy(Exchange exchange, OutputStream out, LongConsumer progress) throws IOException {
        try {
            exchange.body(out, progress, Long.MAX_VALUE);
        } catch (Exchange.Unwritable full) {
            throw new Final("what it sent could not be written: " + RemoteFailure.reason(full), full);
        } catch (IOException brokenOff) {
            throw new Final("the transfer broke off: " + RemoteFailure.reason(brokenOff), brokenOff);
        }
    }

    private RemoteStatus statusOnce(HttpMethod method, String uri) throws IOException {
        try (Exchange exchange = open()) {
            require(exchange, exchange.send(Exchange.request(method, uri, target, settings.token()), Duration.ZERO));
            return StatusJson.read(text(exchange));
        }
    }

    private static String text(Exchange exchange) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        exchange.body(body, bytes -> {}, MAX_TEXT_BYTES);
        return body.toString(StandardCharsets.UTF_8);
    }

    private void require(Exchange exchange, HttpResponse response) throws IOException {
        int status = response.status().code();
        if (status == OK) {
            if (!HttpUtil.isTransferEncodingChunked(response) && !HttpUtil.isContentLengthSet(response)) {
                throw new Final("its answer does not say where it ends", null);
            }
            return;
        }
        String reason = text(exchange).strip();
        if (status == BUSY) {
            throw new Busy(reason, response.headers().get(HttpHeaderNames.RETRY_AFTER, ""));
        }
        throw new Final(RemoteFailure.reason(status, reason, settings.token().isPresent()), null);
    }

    private Exchange open() throws IOException {
        EventLoopGroup group;
        synchronized (lock) {
            requireOpen();
            if (loop == null) {
                loop = TRANSPORT.eventLoop("client");
            }
            group = loop;
        }
        RemoteFailure.requireProtectedToken(target, settings);
        Exchange opened = Exchange.open(group, TRANSPORT, target, tls, settings.timeout());
        synchronized (lock) {
            if (closed) {
                opened.close();
            }
            requireOpen();
            current = opened;
        }
        return opened;
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new Final("the session is closed", null);
        }
    }

    /** A failure that another attempt would not change. */
    static final class Final extends IOException {
        private static final long serialVersionUID = 1L;

        Final(String reason, @Nullable Throwable cause) {
            super(reason, cause);
        }
    }

    /** The server asks to come again. */
    private static final class Busy extends IOException {
        private static final long serialVersionUID = 1L;
        private final long pauseMillis;

        Busy(String reason, String retryAfter) {
            super("it is busy: " + Refusals.harmless(reason));
            long seconds = retryAfter.matches("[0-9]{1,4}") ? Long.parseLong(retryAfter) : 1;
            this.pauseMillis = Math.min(MAX_PAUSE_MILLIS, seconds * 1000);
        }
    }

    private interface Operation<T> {
        T run() throws IOException;
    }

    private <T> T once(Operation<T> operation) throws IOException {
        try {
            return operation.run();
        } catch (IOException failure) {
            throw RemoteFailure.of(target, failure);
        }
    }

    private <T> T again(Operation<T> operation) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return operation.run();
            } catch (IOException failure) {
                if (attempt == ATTEMPTS || !RemoteFailure.mayPass(failure) || isClosed()) {
                    throw RemoteFailure.of(target, failure);
                }
                pause(failure instanceof Busy busy ? busy.pauseMillis : PAUSE_MILLIS << attempt);
            }
        }
    }

    private boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    private void pause(long millis) throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw RemoteFailure.of(target, new IOException("interrupted", stopped));
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            if (current != null) {
                current.close();
            }
            if (loop != null) {
                loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            }
        }
    }
}
