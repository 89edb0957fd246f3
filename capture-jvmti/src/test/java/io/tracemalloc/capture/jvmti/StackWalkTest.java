package io.tracemalloc.capture.jvmti;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tracemalloc.LiveTracking;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.spi.CaptureBackend;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stacks that are known by their machine code, in this JVM. */
final class StackWalkTest {

    private static final int ROUNDS = 30_000;

    private volatile Object last = "";

    /** Both the stacks of every block, which are whole, and the innermost frames of samples. */
    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void stacksAreRecognisedAndNoneIsMistaken(int interval) throws Exception {
        Facts facts = allocateOnTwoThreads(interval, work -> {
            Thread thread = new Thread(work);
            thread.start();
            return thread;
        });

        assertThat(facts.recognised()).isGreaterThan(ROUNDS);
        assertThat(facts.mistaken()).isZero();
    }

    /** JVMTI does not show the stack of what carries a virtual thread. */
    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void stacksOfVirtualThreadsAreRecognisedAndNoneIsMistaken(int interval) throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "no virtual threads here");
        Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
        Facts facts = allocateOnTwoThreads(interval, work -> (Thread) start.invoke(null, work));

        assertThat(facts.recognised()).isGreaterThan(ROUNDS);
        assertThat(facts.mistaken()).isZero();
    }

    private interface Starter {
        Thread start(Runnable work) throws ReflectiveOperationException;
    }

    private Facts allocateOnTwoThreads(int interval, Starter starter) throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "stacks are walked on x86-64 only");
        Method byReflection = StackWalkTest.class.getDeclaredMethod("allocate");
        CaptureBackend backend = new JvmtiProvider()
                .create(TraceOptions.DEFAULTS
                        .withFrames(8)
                        .withIntervalBytes(interval)
                        .withLive(LiveTracking.OFF));
        backend.start();
        try {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 2; t++) {
                threads.add(starter.start(() -> allocateInManyPlaces(byReflection)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(last).isNotNull();
            return Facts.read();
        } finally {
            backend.stop();
        }
    }

    /** From interpreted to compiled code; recursion to several depths, calls from native code, and code that C2 gives up. */
    private void allocateInManyPlaces(Method byReflection) {
        Supplier<Object> lambda = this::allocate;
        for (int i = 0; i < ROUNDS; i++) {
            last = allocate();
            last = lambda.get();
            last = recurse(i % 40);
            last = i % 7 == 0 && i > ROUNDS / 2 ? rare(i) : new int[i % 5];
            if (i % 50 == 0) {
                last = invoke(byReflection);
                last = String.format("%d", i);
            }
        }
    }

    private Object allocate() {
        return new byte[100];
    }

    private Object rare(int i) {
        return List.of(i, Integer.toString(i));
    }

    private Object recurse(int depth) {
        return depth == 0 ? allocate() : recurse(depth - 1);
    }

    private Object invoke(Method method) {
        try {
            return method.invoke(this);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
