package io.tracemalloc.internal;

import io.tracemalloc.Exactness;
import io.tracemalloc.Frame;
import io.tracemalloc.Metric;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Traceback;
import io.tracemalloc.TracedMemory;
import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.CaptureBackend;
import io.tracemalloc.spi.CaptureBackendProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A backend that reports one made-up record and notes how the session treats it. */
final class FakeBackend implements CaptureBackend {

    static final String FILE = "com/acme/Foo.java";
    static final long BLOCK_BYTES = 984;
    static final Traceback SITE = Traceback.of(new Frame("com.acme.Foo", "bar", FILE, 42));

    /** Which of its methods throws what. */
    final ConcurrentHashMap<String, Throwable> failures = new ConcurrentHashMap<>();

    final List<String> violations = new ArrayList<>();
    final AtomicInteger starts = new AtomicInteger();
    final AtomicInteger stops = new AtomicInteger();
    final AtomicInteger clears = new AtomicInteger();
    final AtomicInteger unrecorded = new AtomicInteger();
    final Set<Object> known = ConcurrentHashMap.newKeySet();
    TracedMemory memory = new TracedMemory(1000, 3000, false);

    boolean unrecordedOnAnotherThread;
    boolean collecting;

    private final AtomicBoolean exclusive = new AtomicBoolean();
    private final AtomicInteger questions = new AtomicInteger();
    private volatile boolean running;

    /** A provider that always gives this very backend. */
    CaptureBackendProvider provider() {
        return provider(() -> this);
    }

    /** A provider that gives what the supplier gives. */
    static CaptureBackendProvider provider(Supplier<? extends CaptureBackend> backends) {
        return new CaptureBackendProvider() {
            @Override
            public String name() {
                return "fake";
            }

            @Override
            public CaptureBackend create(TraceOptions options) {
                return backends.get();
            }
        };
    }

    @Override
    public void start() {
        alone("start", !running, () -> {
            starts.incrementAndGet();
            running = true;
        });
    }

    @Override
    public void stop() {
        alone("stop", running, () -> {
            stops.incrementAndGet();
            if (questions.get() != 0) {
                violation("stop while a question is being answered");
            }
            running = false;
        });
    }

    @Override
    public void clear() {
        alone("clear", running, clears::incrementAndGet);
    }

    @Override
    public void writeTo(AllocationSink sink) {
        alone("writeTo", running, () -> {
            int frame = sink.frame("com.acme.Foo", "bar", FILE, 42);
            int traceback = sink.traceback(new int[] {frame}, 1, 1);
            int record = sink.record(traceback, sink.type("byte[]"), 0, AllocationSink.NO_THREAD, BLOCK_BYTES);
            sink.recorded(Metric.ALLOCATED, Exactness.EXACT);
            sink.recorded(Metric.LIVE, Exactness.ESTIMATED);
            sink.add(record, Metric.ALLOCATED, 3, 3 * BLOCK_BYTES);
            sink.add(record, Metric.LIVE, 2, 2 * BLOCK_BYTES);
            sink.addAged(record, 3, 1, BLOCK_BYTES);
            sink.overhead(5000);
            sink.attribute("unattributed_bytes", "77");
        });
    }

    @Override
    public void resetPeak() {
        alone("resetPeak", running, () -> memory = new TracedMemory(1000, 1000, false));
    }

    @Override
    public TracedMemory tracedMemory() {
        return question("tracedMemory", memory);
    }

    @Override
    public boolean collectGarbage() {
        alone("collectGarbage", running, () -> {});
        return collecting;
    }

    @Override
    public long overheadBytes() {
        return question("overheadBytes", 5000L);
    }

    @Override
    public Optional<Traceback> objectTraceback(Object object) {
        return question("objectTraceback", known.contains(object) ? Optional.of(SITE) : Optional.empty());
    }

    @Override
    public void unrecorded(Runnable work) {
        unrecorded.incrementAndGet();
        if (unrecordedOnAnotherThread) {
            CompletableFuture.runAsync(work).join();
        } else {
            work.run();
        }
    }

    private void alone(String name, boolean allowed, Runnable work) {
        if (!allowed) {
            violation(name + " out of turn");
        }
        if (!exclusive.compareAndSet(false, true)) {
            violation(name + " at the same time as another method");
        }
        try {
            failIfAsked(name);
            work.run();
        } finally {
            exclusive.set(false);
        }
    }

    private <T> T question(String name, T answer) {
        questions.incrementAndGet();
        try {
            if (!running) {
                violation(name + " while not running");
            }
            failIfAsked(name);
            return answer;
        } finally {
            questions.decrementAndGet();
        }
    }

    private synchronized void violation(String what) {
        violations.add(what);
    }

    private void failIfAsked(String name) {
        Throwable failure = failures.get(name);
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }
}
