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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import traced.Work;

/** A start that fails leaves nothing behind. */
final class FailedStartTest {

    private static final int BLOCKS = 1_000;

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
                new ByteBuddyBackend(TraceOptions.DEFAULTS, outOfMemory(InstrumentationAccess.get()));

        assertThatThrownBy(backend::start).hasStackTraceContaining("for the test");
        assertThat(Recorder.isQuiet()).isFalse();

        Tracemalloc.start();
        assertThat(Work.blocks(BLOCKS)).hasSize(BLOCKS);
        Snapshot snapshot = Tracemalloc.takeSnapshot();
        assertThat(Counts.blocks(snapshot, Work.Block.class)).isEqualTo(BLOCKS);
    }

    /** Refuses the first class that is to be retransformed, once. */
    private static Instrumentation outOfMemory(Instrumentation real) {
        boolean[] refused = {false};
        return (Instrumentation) Proxy.newProxyInstance(
                FailedStartTest.class.getClassLoader(),
                new Class<?>[] {Instrumentation.class},
                (proxy, method, given) -> {
                    if (method.getName().equals("retransformClasses") && !refused[0]) {
                        refused[0] = true;
                        throw new OutOfMemoryError("for the test");
                    }
                    try {
                        return method.invoke(real, given);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }
}
