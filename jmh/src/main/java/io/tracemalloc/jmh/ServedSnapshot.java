package io.tracemalloc.jmh;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Traceback;
import io.tracemalloc.TracedMemory;
import io.tracemalloc.internal.Providers;
import io.tracemalloc.spi.RemoteChannel;
import io.tracemalloc.spi.RemoteChannelProvider;
import io.tracemalloc.spi.RemoteStatus;
import io.tracemalloc.spi.SessionControl;
import io.tracemalloc.spi.SnapshotFormatProvider;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The JVM that {@link RemoteTransfers} asks: serves one snapshot of so many traces through the channel, and writes it to
 * a file when its standard input says {@code file}. Answers with the time in nanoseconds, a line each.
 */
public final class ServedSnapshot {

    private ServedSnapshot() {}

    /** Arguments: number of traces. Prints address, token file, then a line for each command. */
    public static void main(String[] arguments) throws IOException {
        Snapshot snapshot = SnapshotTraces.oldAndNew(Integer.parseInt(arguments[0]))[0].take();
        Path file = Files.createTempFile("tracemalloc-served", ".pb.gz");
        try (RemoteChannel channel =
                Providers.best(RemoteChannelProvider.class).open("0", Map.of(), new Giving(snapshot))) {
            System.out.println(channel.address());
            System.out.println(channel.tokenFile().orElseThrow());
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            while ("file".equals(commands.readLine())) {
                long start = System.nanoTime();
                write(snapshot, file);
                System.out.println(System.nanoTime() - start);
            }
        } finally {
            Files.delete(file);
        }
    }

    /* As the channel does, without what a dump does besides: a neighbour file, flush to disk, rename. */
    private static void write(Snapshot snapshot, Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            Providers.best(SnapshotFormatProvider.class).write(snapshot, Metric.LIVE, out);
        }
    }

    /** A session that gives the same snapshot whenever it is asked, and does nothing else. */
    record Giving(Snapshot snapshot) implements SessionControl {
        @Override
        public boolean isTracing() {
            return true;
        }

        @Override
        public void start(TraceOptions options) {}

        @Override
        public void stop() {}

        @Override
        public void clearTraces() {}

        @Override
        public TraceOptions options() {
            return TraceOptions.DEFAULTS;
        }

        @Override
        public TracedMemory tracedMemory() {
            return TracedMemory.NONE;
        }

        @Override
        public void resetPeak() {}

        @Override
        public Optional<String> collectGarbage() {
            return Optional.empty();
        }

        @Override
        public long overheadBytes() {
            return 0;
        }

        @Override
        public Optional<Traceback> objectTraceback(Object object) {
            return Optional.empty();
        }

        @Override
        public Snapshot takeSnapshot() {
            return snapshot;
        }

        @Override
        public RemoteStatus status() {
            return new RemoteStatus(true, 1, 1, "none", TracedMemory.NONE, 0, 0, 1, "", "", Duration.ZERO);
        }

        @Override
        public boolean track(int domain, long address, long sizeBytes) {
            return false;
        }

        @Override
        public boolean untrack(int domain, long address) {
            return false;
        }
    }
}
