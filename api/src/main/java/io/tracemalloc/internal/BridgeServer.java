package io.tracemalloc.internal;

import io.tracemalloc.Snapshot;
import io.tracemalloc.TracedMemory;
import io.tracemalloc.spi.RemoteChannel;
import io.tracemalloc.spi.RemoteStatus;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The agent's session for other copies of the tracer's classes: a function from JDK types to JDK types.
 *
 * <p>A request is {@code {verb, arguments…}}; the answer is {@code {"ok", value}} or
 * {@code {"error", class name, message}}. {@link ForeignSession} is the other end.
 */
final class BridgeServer implements Function<Object[], Object> {

    private final LocalSession session;

    BridgeServer(LocalSession session) {
        this.session = session;
    }

    LocalSession session() {
        return session;
    }

    @Override
    public Object apply(Object[] request) {
        try {
            return new @Nullable Object[] {"ok", answer(request)};
        } catch (RuntimeException | LinkageError failure) {
            return new Object[] {"error", failure.getClass().getName(), Failures.oneLine(failure)};
        }
    }

    private @Nullable Object answer(Object[] request) {
        String verb = (String) request[0];
        return switch (verb) {
            case "isTracing" -> session.isTracing();
            case "options" -> AgentOptions.format(session.options());
            case "tracedMemory" -> memory(session.tracedMemory());
            case "status" -> status(session.status());
            case "listen" -> listen((String) request[1], (String[]) request[2]);
            case "collectGarbage" -> session.collectGarbage().orElse(null);
            case "overheadBytes" -> session.overheadBytes();
            case "objectTraceback" ->
                session.objectTraceback(request[1]).map(SnapshotTransfer::pack).orElse(null);
            case "takeSnapshot" -> packed(session.takeSnapshot());
            case "track" -> session.track((Integer) request[1], (Long) request[2], (Long) request[3]);
            case "untrack" -> session.untrack((Integer) request[1], (Long) request[2]);
            default -> act(verb, request);
        };
    }

    /* Without a lambda: the JDK would link it on the caller's thread, and that would be recorded. */
    private Object packed(Snapshot snapshot) {
        Object[] packed = new Object[1];
        session.unrecorded(new Runnable() {
            @Override
            public void run() {
                packed[0] = SnapshotTransfer.pack(snapshot);
            }
        });
        return packed[0];
    }

    private @Nullable Object act(String verb, Object[] request) {
        switch (verb) {
            case "start" ->
                session.start(AgentOptions.parse((String) request[1], null).traceOptions());
            case "stop" -> session.stop();
            case "clearTraces" -> session.clearTraces();
            case "resetPeak" -> session.resetPeak();
            case "unrecorded" -> session.unrecorded((Runnable) request[1]);
            default ->
                throw new IllegalStateException("the agent does not know " + verb
                        + ": the agent and tracemalloc-api on the class path differ in version");
        }
        return null;
    }

    /* Address, token file or null, and what closes it; one text if it cannot listen. */
    private @Nullable Object[] listen(String address, String[] namesAndValues) {
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            settings.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        try {
            RemoteChannel opened = Channels.open(address, settings, session);
            String tokenFile = opened.tokenFile().map(Object::toString).orElse(null);
            Runnable close = opened::close;
            return new @Nullable Object[] {opened.address(), tokenFile, close};
        } catch (IOException failure) {
            return new Object[] {Failures.oneLine(failure)};
        }
    }

    private static Object[] status(RemoteStatus status) {
        return new Object[] {
            status.tracing(),
            status.frames(),
            status.intervalBytes(),
            status.backend(),
            memory(status.memory()),
            status.overheadBytes(),
            status.dropped(),
            status.pid(),
            status.jvm(),
            status.program(),
            status.uptime()
        };
    }

    private static Object[] memory(TracedMemory memory) {
        return new Object[] {memory.currentBytes(), memory.peakBytes(), memory.estimated()};
    }
}
