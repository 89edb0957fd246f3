package io.tracemalloc.capture.jvmti;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.LiveTracking;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.spi.CaptureBackend;
import org.junit.jupiter.api.Test;
import traced.HiddenWork;

/** What is copied from the native side, in this JVM. */
final class NativeTracesTest {

    /** A program that defines classes all the time shall not fill its heap with their names. */
    @Test
    void methodsWithEqualNamesAreOneRecord() throws Exception {
        CaptureBackend backend = new JvmtiProvider()
                .create(TraceOptions.DEFAULTS.withFrames(1).withIntervalBytes(1).withLive(LiveTracking.EXACT));
        backend.start();
        try {
            Object[] one = HiddenWork.define().get();
            Object[] other = HiddenWork.define().get();

            NativeTraces traces = new NativeTraces();
            StackFrames ofOne = traces.stack(NativeAgent.traceOf(one));
            StackFrames ofOther = traces.stack(NativeAgent.traceOf(other));

            assertThat(ofOne.method(0).name()).isEqualTo("get");
            assertThat(ofOne.number(0)).isNotEqualTo(ofOther.number(0));
            assertThat(traces.method(ofOne.number(0))).isSameAs(traces.method(ofOther.number(0)));
            MethodName constructor = traces.stack(NativeAgent.traceOf(one[0])).method(0);
            assertThat(constructor.name()).isEqualTo("<init>");
            assertThat(constructor.className()).isSameAs(ofOne.method(0).className());
            assertThat(constructor.fileName()).isSameAs(ofOne.method(0).fileName());
        } finally {
            backend.stop();
        }
    }
}
