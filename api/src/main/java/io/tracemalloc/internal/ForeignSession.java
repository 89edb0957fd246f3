package io.tracemalloc.internal;

import io.tracemalloc.Snapshot;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Traceback;
import io.tracemalloc.TracedMemory;
import io.tracemalloc.spi.ProviderUnavailableException;
import io.tracemalloc.spi.RemoteChannel;
import io.tracemalloc.spi.RemoteStatus;
import io.tracemalloc.spi.SessionControl;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The agent's session seen from another copy of the tracer's classes; {@link BridgeServer} is the other end. */
final class ForeignSession implements SessionControl {

    private final Function<Object[], Object> bridge;

    ForeignSession(Function<Object[], Object> bridge) {
        this.bridge = bridge;
    }

    /** Whether this session speaks through that bridge. */
    boolean uses(Object other) {
        return bridge == other;
    }

    @Override
    public boolean isTracing() {
        return (Boolean) call("isTracing");
    }

    @Override
    public void start(TraceOptions options) {
        send("start", AgentOptions.format(options));
    }

    @Override
    public void stop() {
        send("stop");
    }

    @Override
    public void clearTraces() {
        send("clearTraces");
    }

    @Override
    public TraceOptions options() {
        return AgentOptions.parse((String) call("options"), null).traceOptions();
    }

    @Override
    public TracedMemory tracedMemory() {
        return memory((Object[]) call("tracedMemory"));
    }

    private static TracedMemory memory(Object[] parts) {
        return new TracedMemory((Long) parts[0], (Long) parts[1], (Boolean) parts[2]);
    }

    @Override
    public RemoteStatus status() {
        Object[] parts = (Object[]) call("status");
        return new RemoteStatus(
                (Boolean) parts[0],
                (Integer) parts[1],
                (Long) parts[2],
                (String) parts[3],
                memory((Object[]) parts[4]),
                (Long) parts[5],
                (Long) parts[6],
                (Long) parts[7],
                (String) parts[8],
                (String) parts[9],
                (Duration) parts[10]);
    }

    /** Lets the agent open a channel. */
    RemoteChannel listen(String address, Map<String, String> settings) throws IOException {
        List<String> namesAndValues = new ArrayList<>();
        settings.forEach((name, value) -> namesAndValues.addAll(List.of(name, value)));
        @Nullable Object[] opened = (Object[]) call("listen", address, namesAndValues.toArray(String[]::new));
        if (opened.length == 1) {
            throw new IOException(String.valueOf(opened[0]));
        }
        Optional<Path> tokenFile = Optional.ofNullable((String) opened[1]).map(Path::of);
        Runnable close = (Runnable) Objects.requireNonNull(opened[2], "close");
        return new AgentChannel((String) Objects.requireNonNull(opened[0], "address"), tokenFile, close);
    }

    private record AgentChannel(String address, Optional<Path> tokenFile, Runnable closing) implements RemoteChannel {
        @Override
        public void close() {
            closing.run();
        }
    }

    @Override
    public void resetPeak() {
        send("resetPeak");
    }

    @Override
    public Optional<String> collectGarbage() {
        return Optional.ofNullable((String) send("collectGarbage"));
    }

    @Override
    public long overheadBytes() {
        return (Long) call("overheadBytes");
    }

    @Override
    public Optional<Traceback> objectTraceback(Object object) {
        Objects.requireNonNull(object, "object");
        return Optional.ofNullable(send("objectTraceback", object))
                .map(packed -> SnapshotTransfer.unpack((Object[]) packed));
    }

    @Override
    public Snapshot takeSnapshot() {
        Map<?, ?> packed = (Map<?, ?>) call("takeSnapshot");
        Snapshot[] unpacked = new Snapshot[1];
        send("unrecorded", (Runnable) () -> unpacked[0] = SnapshotTransfer.unpack(packed));
        return unpacked[0];
    }

    @Override
    public boolean track(int domain, long address, long sizeBytes) {
        return (Boolean) call("track", domain, address, sizeBytes);
    }

    @Override
    public boolean untrack(int domain, long address) {
        return (Boolean) call("untrack", domain, address);
    }

    private Object call(Object... request) {
        return Objects.requireNonNull(send(request), "answer");
    }

    private @Nullable Object send(Object... request) {
        @Nullable Object[] answer = (Object[]) bridge.apply(request);
        if ("ok".equals(answer[0])) {
            return answer[1];
        }
        throw failure(String.valueOf(answer[1]), String.valueOf(answer[2]));
    }

    /* The failure's own class belongs to the other copy; its name tells which of ours says the same. */
    private static RuntimeException failure(String className, String message) {
        if (className.equals(IllegalArgumentException.class.getName())) {
            return new IllegalArgumentException(message);
        } else if (className.equals(ProviderUnavailableException.class.getName())) {
            return new ProviderUnavailableException(message);
        } else if (className.equals(NullPointerException.class.getName())) {
            return new NullPointerException(message);
        }
        return new IllegalStateException(message);
    }
}
