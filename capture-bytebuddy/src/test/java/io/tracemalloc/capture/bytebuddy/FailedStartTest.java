package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracemalloc.Snapshot;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Tracemalloc;
import io.tracemalloc.capture.bytebuddy.boot.Recorder;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import traced.Work;

/** A start that fails leaves nothing behind. */
final class FailedStartTest {

    private static final int BLOCKS = 1_000;

    private int transformers;

    @AfterEach
    void stopTracing() {
        Tracemalloc.stop();
    }

    @Test
    void leavesNoHooksThatCountAgain() {
        // Once, for what a session needs of the JVM.
        Tracemalloc.start();
        Tracemalloc.stop();
        ByteBuddyBackend backend =
                new ByteBuddyBackend(TraceOptions.DEFAULTS, outOfMemory(InstrumentationAccess.get(), 1));

        assertThatThrownBy(backend::start).hasStackTraceContaining("for the test");
        assertThat(Recorder.isQuiet()).isFalse();

        Tracemalloc.start();
        assertThat(Work.blocks(BLOCKS)).hasSize(BLOCKS);
        Snapshot snapshot = Tracemalloc.takeSnapshot();
        assertThat(Counts.blocks(snapshot, Work.Block.class)).isEqualTo(BLOCKS);
    }

    /** As with little Metaspace: no class can be given hooks, and those that have some keep them. */
    @Test
    void endsThoughNoClassCanBeChangedBack() {
        Tracemalloc.start();
        Tracemalloc.stop();
        Instrumentation full = outOfMemory(InstrumentationAccess.get(), Integer.MAX_VALUE);
        ByteBuddyBackend backend = new ByteBuddyBackend(TraceOptions.DEFAULTS, full);

        assertThatThrownBy(backend::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the JVM has no memory to change its classes: raise -XX:MaxMetaspaceSize or -Xmx");
        assertThat(transformers).isZero();
        assertThat(Recorder.isQuiet()).isFalse();
        Recorder.count(0);
        assertThat(Recorder.overheadBytes()).as("inactive: has no pages").isZero();

        Tracemalloc.start();
        assertThat(Work.blocks(BLOCKS)).hasSize(BLOCKS);
        Snapshot snapshot = Tracemalloc.takeSnapshot();
        assertThat(Counts.blocks(snapshot, Work.Block.class)).isEqualTo(BLOCKS);
    }

    /** Refuses classes that are to be retransformed so often; counts transformers. */
    private Instrumentation outOfMemory(Instrumentation real, int times) {
        AtomicInteger left = new AtomicInteger(times);
        return (Instrumentation) Proxy.newProxyInstance(
                FailedStartTest.class.getClassLoader(),
                new Class<?>[] {Instrumentation.class},
                (proxy, method, given) -> {
                    switch (method.getName()) {
                        case "retransformClasses" -> {
                            if (left.getAndDecrement() > 0) {
                                throw new OutOfMemoryError("for the test");
                            }
                        }
                        case "addTransformer" -> transformers++;
                        case "removeTransformer" -> transformers--;
                        default -> {}
                    }
                    try {
                        return method.invoke(real, given);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }
}
