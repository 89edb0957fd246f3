package io.tracemalloc.cli;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.TracedMemory;
import io.tracemalloc.internal.Providers;
import io.tracemalloc.spi.RemoteSession;
import io.tracemalloc.spi.RemoteStatus;
import io.tracemalloc.spi.SnapshotFormatProvider;
import io.tracemalloc.spi.SnapshotRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/** JVMs that are not there: each target answers as it was told to. Safe for any thread. */
final class FakeJvms implements Connector {

    /** What a target sends when it is asked. */
    @FunctionalInterface
    interface Answer {

        void write(OutputStream out) throws IOException, InterruptedException;
    }

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final List<CountDownLatch> hanging = new ArrayList<>();
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    static byte[] bytes(Snapshot snapshot) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            Providers.best(SnapshotFormatProvider.class).write(snapshot, Metric.ALLOCATED, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    FakeJvms answers(String target, Answer answer) {
        answers.put(target, answer);
        return this;
    }

    FakeJvms has(String target, Snapshot snapshot) {
        byte[] bytes = bytes(snapshot);
        return answers(target, out -> out.write(bytes));
    }

    FakeJvms sends(String target, byte[] bytes) {
        return answers(target, out -> out.write(bytes));
    }

    FakeJvms fails(String target, String reason) {
        return answers(target, out -> {
            throw new IOException(reason);
        });
    }

    /** Neither answers nor can be interrupted, as a stopped process, until {@link #release}. */
    FakeJvms hangs(String target) {
        CountDownLatch latch = new CountDownLatch(1);
        hanging.add(latch);
        return answers(target, out -> {
            while (latch.getCount() > 0) {
                try {
                    latch.await();
                } catch (InterruptedException deaf) {
                    // As the system call that a stopped process leaves hanging.
                }
            }
        });
    }

    void release() {
        hanging.forEach(CountDownLatch::countDown);
    }

    /** How often a target was asked. */
    int asked(String target) {
        AtomicInteger times = asked.get(target);
        return times == null ? 0 : times.get();
    }

    /** The most that were asked at the same time. */
    int mostAtATime() {
        return most.get();
    }

    @Override
    public RemoteSession connect(String target) throws IOException {
        asked.computeIfAbsent(target, any -> new AtomicInteger()).incrementAndGet();
        Answer answer = answers.get(target);
        if (answer == null) {
            throw new IOException("connection refused");
        }
        return new FakeSession(target, answer);
    }

    private final class FakeSession implements RemoteSession {

        private final String target;
        private final Answer answer;

        FakeSession(String target, Answer answer) {
            this.target = target;
            this.answer = answer;
        }

        @Override
        public String address() {
            return target;
        }

        @Override
        public RemoteStatus status() {
            return new RemoteStatus(
                    true,
                    25,
                    1,
                    "fake",
                    new TracedMemory(984, 1968, false),
                    0,
                    0,
                    4711,
                    "Fake VM",
                    "com.acme.Main",
                    Duration.ofSeconds(5));
        }

        @Override
        public RemoteStatus start(TraceOptions options) throws IOException {
            throw new IOException(target + ": traces already");
        }

        @Override
        public RemoteStatus stop() {
            return status();
        }

        @Override
        public RemoteStatus clear() {
            return status();
        }

        @Override
        public RemoteStatus resetPeak() {
            return status();
        }

        @Override
        public void snapshot(SnapshotRequest request, OutputStream out, LongConsumer progress) throws IOException {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            try {
                answer.write(out);
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            } finally {
                now.decrementAndGet();
            }
        }

        @Override
        public void close() {}
    }
}
