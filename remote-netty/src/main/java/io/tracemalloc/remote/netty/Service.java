package io.tracemalloc.remote.netty;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.internal.AgentOption;
import io.tracemalloc.internal.AgentOptions;
import io.tracemalloc.internal.Failures;
import io.tracemalloc.internal.Providers;
import io.tracemalloc.internal.analysis.SnapshotGrowth;
import io.tracemalloc.spi.SessionControl;
import io.tracemalloc.spi.SnapshotFormatProvider;
import io.tracemalloc.spi.SnapshotRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * What clients that were let in can ask for. Everything but finding the way is done on worker threads, so that nothing
 * holds up the event loop.
 *
 * <p>Safe for any thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write ends the connection, which tells everybody
final class Service {

    /** Longest span of a difference. */
    static final int MAX_SECONDS = 3600;

    private static final String JSON = "application/json; charset=utf-8";
    private static final Set<String> SESSION_OPTIONS = AgentOptions.values(TraceOptions.DEFAULTS).keySet().stream()
            .map(AgentOption::optionName)
            .collect(Collectors.toUnmodifiableSet());

    /* Snapshots, and requests that steer the session while the snapshots are slow. */
    private static final int WORKERS = SnapshotSlots.SLOTS + 2;
    private static final int QUEUED = 256;
    private static final int WORKER_SECONDS = 30;
    private static final String RETRY_SECONDS = "5";

    private final SessionControl session;
    private final Refusals refusals;
    private final Server.Times limits;
    private final SnapshotFormatProvider format;
    private final SnapshotPace pace;
    private final SnapshotSlots slots = new SnapshotSlots();
    private final ReentrantLock steering = new ReentrantLock();
    private final ThreadPoolExecutor workers = new ThreadPoolExecutor(
            WORKERS,
            WORKERS,
            WORKER_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(QUEUED),
            new OwnThreads("remote"));

    /* What a worker does; an IOException means that the client has gone. */
    private interface Work {
        void run() throws IOException;
    }

    Service(SessionControl session, Refusals refusals, Server.Times limits) {
        this.session = session;
        this.refusals = refusals;
        this.limits = limits;
        this.pace = new SnapshotPace(System::nanoTime, limits.burstMillis());
        this.format = Providers.best(SnapshotFormatProvider.class);
        workers.allowCoreThreadTimeOut(true);
    }

    /** Finds the way to what the request is for. */
    void serve(Call call) {
        try {
            route(call, new Parameters(call.uri()));
        } catch (IllegalArgumentException nonsense) {
            call.refuse(HttpResponseStatus.BAD_REQUEST, Failures.oneLine(nonsense));
        }
    }

    private void route(Call call, Parameters parameters) {
        switch (parameters.path()) {
            case "/debug/pprof/heap" -> snapshot(call, parameters, Metric.LIVE, "heap");
            case "/debug/pprof/allocs" -> snapshot(call, parameters, Metric.ALLOCATED, "allocs");
            case "/tracemalloc/v1/status" -> status(call, parameters);
            case "/tracemalloc/v1/start" -> start(call, parameters);
            case "/tracemalloc/v1/stop" -> steer(call, parameters, session::stop);
            case "/tracemalloc/v1/clear" -> steer(call, parameters, session::clearTraces);
            case "/tracemalloc/v1/reset-peak" -> steer(call, parameters, session::resetPeak);
            case "/" -> page(call, parameters);
            default -> call.refuse(HttpResponseStatus.NOT_FOUND, "there is no such page");
        }
    }

    private static boolean isMethod(Call call, String method) {
        if (call.method().equals(method)) {
            return true;
        }
        call.refuse(HttpResponseStatus.METHOD_NOT_ALLOWED, "use " + method, "Allow", method, "Connection", "close");
        return false;
    }

    private void status(Call call, Parameters parameters) {
        if (isMethod(call, "GET")) {
            parameters.requireOnly(Set.of());
            work(call, () -> answerStatus(call));
        }
    }

    private void answerStatus(Call call) {
        Map<String, Long> more = new LinkedHashMap<>();
        more.put("refused", refusals.count());
        more.put("snapshots_in_flight", (long) slots.taken());
        call.answer(HttpResponseStatus.OK, JSON, StatusJson.write(session.status(), more));
    }

    private void start(Call call, Parameters parameters) {
        if (!isMethod(call, "POST")) {
            return;
        }
        parameters.requireOnly(SESSION_OPTIONS);
        TraceOptions options = options(parameters.values());
        work(call, () -> steerLocked(call, false, () -> session.start(options)));
    }

    /* Written as agent options are, so that there is one reader of them. */
    private static TraceOptions options(Map<String, String> values) {
        StringBuilder text = new StringBuilder();
        values.forEach((name, value) -> text.append(text.length() == 0 ? "" : ",")
                .append(name)
                .append('=')
                .append(value.replace(",", "\\,")));
        return AgentOptions.parse(text.toString(), null).traceOptions();
    }

    private void steer(Call call, Parameters parameters, Runnable action) {
        if (isMethod(call, "POST")) {
            parameters.requireOnly(Set.of());
            work(call, () -> steerLocked(call, true, action));
        }
    }

    private void steerLocked(Call call, boolean tracing, Runnable action) {
        steering.lock();
        try {
            if (session.isTracing() != tracing) {
                call.refuse(HttpResponseStatus.CONFLICT, tracing ? "it does not trace" : "it traces already");
                return;
            }
            action.run();
        } catch (IllegalArgumentException | IllegalStateException refused) {
            call.refuse(HttpResponseStatus.CONFLICT, Failures.oneLine(refused));
            return;
        } finally {
            steering.unlock();
        }
        answerStatus(call);
    }

    private void snapshot(Call call, Parameters parameters, Metric first, String name) {
        if (isMethod(call, "GET")) {
            parameters.requireOnly(Set.of("gc", "seconds"));
            Duration span = Duration.ofSeconds(parameters.number("seconds", MAX_SECONDS));
            SnapshotRequest request = new SnapshotRequest(parameters.flag("gc"), first, span);
            inSlot(call, () -> send(call, request, name));
        }
    }

    private void send(Call call, SnapshotRequest request, String name) throws IOException {
        ChunkedBody body;
        try (SnapshotPace.Turn turn = pace.turn(call.gone())) {
            body = encode(call, request, name, turn);
        }
        body.finish();
        call.end();
    }

    private ChunkedBody encode(Call call, SnapshotRequest request, String name, SnapshotPace.Turn turn)
            throws IOException {
        turn.start();
        Snapshot snapshot = take(call, request, turn);
        Metric first = snapshot.has(request.first()) ? request.first() : snapshot.defaultMetric();
        ChunkedBody body = call.begin("application/octet-stream", name + format.suffix(), this::patienceMillis);
        format.write(snapshot, first, turn.pacing(body));
        return body;
    }

    private long patienceMillis() {
        return slots.isWanted() ? limits.stallMillis() : limits.aloneMillis();
    }

    private Snapshot take(Call call, SnapshotRequest request, SnapshotPace.Turn turn) throws IOException {
        if (request.span().isZero()) {
            return take(request.gc(), turn);
        }
        Snapshot old = take(request.gc(), turn);
        turn.idle();
        try {
            if (call.gone().await(request.span().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("the client has gone");
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            throw new IOException("the channel closes", closing);
        } finally {
            turn.resume();
        }
        return SnapshotGrowth.between(old, take(request.gc(), turn));
    }

    private Snapshot take(boolean gc, SnapshotPace.Turn turn) throws NotTracing {
        if (gc) {
            long begin = System.nanoTime();
            session.collectGarbage();
            turn.add(System.nanoTime() - begin);
        }
        try {
            return session.takeSnapshot();
        } catch (IllegalStateException refused) {
            throw new NotTracing(refused);
        }
    }

    /** The session has no snapshot to give. */
    private static final class NotTracing extends IOException {
        private static final long serialVersionUID = 1L;

        NotTracing(IllegalStateException cause) {
            super(Failures.oneLine(cause), cause);
        }
    }

    private void page(Call call, Parameters parameters) {
        if (isMethod(call, "GET")) {
            parameters.requireOnly(Set.of());
            inSlot(call, () -> {
                String page;
                try (SnapshotPace.Turn turn = pace.turn(call.gone())) {
                    turn.start();
                    page = LivePage.of(session.status(), session.isTracing() ? take(false, turn) : null);
                    turn.rest();
                }
                call.answer(
                        HttpResponseStatus.OK,
                        "text/html; charset=utf-8",
                        page,
                        "Content-Security-Policy",
                        LivePage.POLICY,
                        "Referrer-Policy",
                        "no-referrer",
                        "X-Frame-Options",
                        "DENY");
            });
        }
    }

    /* Waits for a slot without a thread; the work begins on a worker. */
    private void inSlot(Call call, Work work) {
        SnapshotSlots.Turn[] turn = new SnapshotSlots.Turn[1];
        Runnable leave = () -> slots.leave(turn[0]);
        turn[0] = new SnapshotSlots.Turn(() -> work(call, work, leave));
        switch (slots.enter(turn[0])) {
            case BEGUN -> {}
            case REFUSED -> busy(call);
            case WAITING -> refuseLater(call, turn[0]);
        }
    }

    private void refuseLater(Call call, SnapshotSlots.Turn turn) {
        Runnable giveUp = () -> {
            if (slots.giveUp(turn)) {
                busy(call);
            }
        };
        call.context().executor().schedule(giveUp, limits.waitMillis(), TimeUnit.MILLISECONDS);
    }

    private static void busy(Call call) {
        call.refuse(
                HttpResponseStatus.SERVICE_UNAVAILABLE,
                "too many snapshots are being taken: try again",
                "Retry-After",
                RETRY_SECONDS);
    }

    private void work(Call call, Work work) {
        work(call, work, () -> {});
    }

    private void work(Call call, Work work, Runnable atEnd) {
        try {
            workers.execute(() -> {
                try {
                    attempt(call, work);
                } finally {
                    atEnd.run();
                }
            });
        } catch (RejectedExecutionException full) {
            atEnd.run();
            busy(call);
        }
    }

    /* Whatever fails here must not reach the application: it becomes an answer, or the end of the connection. */
    private static void attempt(Call call, Work work) {
        try {
            if (call.gone().getCount() > 0) {
                work.run();
            }
        } catch (NotTracing refused) {
            call.refuse(HttpResponseStatus.CONFLICT, Failures.oneLine(refused));
        } catch (IOException brokenOff) {
            call.breakOff(Failures.oneLine(brokenOff));
        } catch (Throwable failure) {
            call.failed(Failures.describe(failure));
        }
    }

    /** Whether something is being done. */
    boolean isBusy() {
        return workers.getActiveCount() > 0 || !workers.getQueue().isEmpty();
    }

    /** Ends what is being done. */
    void close() {
        workers.shutdownNow();
    }
}
