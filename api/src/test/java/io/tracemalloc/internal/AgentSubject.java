package io.tracemalloc.internal;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Tracemalloc;
import io.tracemalloc.spi.CaptureBackend;
import io.tracemalloc.spi.CaptureBackendProvider;
import io.tracemalloc.spi.RemoteChannel;
import io.tracemalloc.spi.RemoteChannelProvider;
import io.tracemalloc.spi.RemoteSession;
import io.tracemalloc.spi.SessionControl;
import io.tracemalloc.spi.SnapshotFormatProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.ref.Reference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A program for {@link AgentRuntimeTest}: starts the agent as its premain would, then ends in some way. */
public final class AgentSubject {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private AgentSubject() {}

    /** Arguments: option text or {@code -} for none, how to end, the file to wait for if the end needs one. */
    @SuppressWarnings("SystemOut")
    public static void main(String... arguments) throws ReflectiveOperationException, IOException {
        AgentRuntime.start(arguments[0].equals("-") ? null : arguments[0]);
        System.out.println("main");
        switch (arguments[1]) {
            case "return" -> System.out.flush();
            case "exit" -> System.exit(5);
            case "haltOnceWritten" -> {
                await(Path.of(arguments[2]));
                Runtime.getRuntime().halt(7);
            }
            case "exitOnceWritten" -> {
                await(Path.of(arguments[2]));
                System.exit(0);
            }
            case "wait" -> await(Path.of("/nowhere/to/be/found"));
            case "stop" -> Sessions.current().stop();
            case "startAgain" -> AgentRuntime.start("frames=9");
            case "attachBadly" -> System.out.println(AgentRuntime.attach("frames=x"));
            case "askFromAnotherCopy" -> System.out.println(tracingAsAnotherCopySeesIt());
            case "holdSystemErr" -> exitWhileHoldingSystemErr();
            case "dieOfMemory" -> throw new OutOfMemoryError("made up");
            case "dieOtherwise" -> throw new IllegalStateException("made up");
            case "fillHeap" -> {
                fillHeap(Path.of(arguments[2]));
                System.out.println("survived");
            }
            default -> throw new IllegalArgumentException(arguments[1]);
        }
    }

    private static Object tracingAsAnotherCopySeesIt() throws ReflectiveOperationException, IOException {
        URL classes = Tracemalloc.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader copy = new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
            return copy.loadClass(Tracemalloc.class.getName())
                    .getMethod("isTracing")
                    .invoke(null);
        }
    }

    @SuppressWarnings("SystemOut")
    private static void exitWhileHoldingSystemErr() {
        synchronized (System.err) {
            System.exit(0);
        }
    }

    /* Stops as soon as the JVM says that a threshold is crossed: a heap without any room tells nobody anything. */
    private static void fillHeap(Path written) {
        Object[] held = {};
        try {
            while (ManagementFactory.getMemoryPoolMXBeans().stream().noneMatch(AgentSubject::isNearlyFull)) {
                held = new Object[] {held, new byte[500_000]};
                System.gc();
            }
            await(written);
        } finally {
            Reference.reachabilityFence(held);
        }
    }

    private static boolean isNearlyFull(MemoryPoolMXBean pool) {
        return pool.isCollectionUsageThresholdSupported() && pool.isCollectionUsageThresholdExceeded();
    }

    private static void await(Path file) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(file)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("waited in vain for " + file);
            }
            Thread.onSpinWait();
        }
    }

    /** Gives the fake backend, with the failures that system properties ask for. */
    public static final class Backends implements CaptureBackendProvider {
        @Override
        public String name() {
            return "fake";
        }

        @Override
        public CaptureBackend create(TraceOptions options) {
            if (options.frames() == 666) {
                throw new IllegalArgumentException("the fake backend keeps at most 665 frames, got 666");
            }
            FakeBackend backend = new FakeBackend();
            String failing = System.getProperty("failing", "");
            if (!failing.isEmpty()) {
                backend.failures.put(failing, new StackOverflowError("made up"));
            }
            backend.collecting = Boolean.getBoolean("collecting");
            return backend;
        }
    }

    /** Writes a line of text. */
    public static final class Format implements SnapshotFormatProvider {
        @Override
        public String name() {
            return "text";
        }

        @Override
        public boolean reads(byte[] start) {
            return false;
        }

        @Override
        public String suffix() {
            return ".txt";
        }

        @Override
        public void write(Snapshot snapshot, Metric defaultMetric, OutputStream out) throws IOException {
            String line = snapshot.columns().recordCount() + " " + defaultMetric.label() + "\n";
            out.write(line.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public Snapshot read(InputStream in) {
            throw new UnsupportedOperationException();
        }
    }

    /** A channel that listens nowhere. */
    public static final class Channels implements RemoteChannelProvider {
        @Override
        public String name() {
            return "nowhere";
        }

        @Override
        public RemoteSession connect(String address, Map<String, String> settings) throws IOException {
            throw new IOException(address + ": this channel has no client");
        }

        @Override
        public RemoteChannel open(String address, Map<String, String> settings, SessionControl session)
                throws IOException {
            if (address.equals("taken")) {
                throw new IOException("Address already in use");
            }
            if (address.equals("0.0.0.0:1")) {
                throw new IllegalArgumentException("listen beyond loopback needs TLS");
            }
            return new RemoteChannel() {
                @Override
                public String address() {
                    return "http://" + address;
                }

                @Override
                public void close() {
                    Messages.print("closed");
                }
            };
        }
    }
}
