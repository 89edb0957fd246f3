package io.tracemalloc.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class TracingTest {

    @Test
    void refusesToMeasureAnUntracedJvmAsATracedOne() {
        assertThatIllegalStateException()
                .isThrownBy(Tracing.TRACER::start)
                .withMessage("this JVM was to be traced, and is not");
    }

    @Test
    void failsWhereThePeerCountedNothing() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Tracing.PEER.checkCounted(0, 1))
                .withMessage("PEER counted 0 bytes of 1");
    }

    @Test
    void expectsNothingWhereNothingCounts() {
        Tracing.NOTHING.checkCounted(0, 1);

        assertThat(Tracing.ofThisJvm()).isEqualTo(Tracing.NOTHING);
    }
}
