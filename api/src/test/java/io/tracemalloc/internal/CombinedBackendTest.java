package io.tracemalloc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracemalloc.TraceOptions;
import io.tracemalloc.TracedMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CombinedBackendTest {

    private final FakeBackend counter = new FakeBackend();
    private final FakeBackend sampler = new FakeBackend();
    private final CombinedBackend combined =
            new CombinedBackend(counter, sampler, TraceOptions.DEFAULTS.withFrames(25));

    @AfterEach
    void nobodyWasAskedOutOfTurn() {
        assertThat(counter.violations).isEmpty();
        assertThat(sampler.violations).isEmpty();
    }

    @Test
    void forgetsWhatWasSampledWhileTheCounterStarted() {
        combined.start();

        assertThat(counter.starts).hasValue(1);
        assertThat(sampler.starts).hasValue(1);
        assertThat(sampler.unrecorded).hasValue(1);
        assertThat(sampler.clears).hasValue(1);
        assertThat(counter.clears).hasValue(0);
    }

    @Test
    void letsTheSamplerGoIfTheCounterDoesNotStart() {
        counter.failures.put("start", new IllegalStateException("no instrumentation"));

        assertThatThrownBy(combined::start).hasMessage("no instrumentation");

        assertThat(sampler.stops).hasValue(1);
        assertThat(counter.stops).hasValue(0);
    }

    @Test
    void letsBothGoIfTheSamplerCannotForget() {
        sampler.failures.put("clear", new IllegalStateException("table is gone"));

        assertThatThrownBy(combined::start).hasMessage("table is gone");

        assertThat(counter.stops).hasValue(1);
        assertThat(sampler.stops).hasValue(1);
    }

    @Test
    void startsNoCounterWithoutTheSampler() {
        sampler.failures.put("start", new IllegalStateException("another agent has it"));

        assertThatThrownBy(combined::start).hasMessage("another agent has it");

        assertThat(counter.starts).hasValue(0);
    }

    @Test
    void letsTheSamplerGoIfTheCounterDoesNotStop() {
        combined.start();
        counter.failures.put("stop", new IllegalStateException("class is busy"));

        assertThatThrownBy(combined::stop).hasMessage("class is busy");

        assertThat(sampler.stops).hasValue(1);
    }

    @Test
    void clearsBothAlthoughOneFails() {
        combined.start();
        counter.failures.put("clear", new IllegalStateException("page is gone"));

        assertThatThrownBy(combined::clear).hasMessage("page is gone");

        assertThat(sampler.clears).hasValue(2);
    }

    @Test
    void asksTheSamplerWhatIsLive() {
        combined.start();
        sampler.memory = new TracedMemory(10, 30, true);
        sampler.known.add("an object");

        assertThat(combined.tracedMemory()).isEqualTo(new TracedMemory(10, 30, true));
        assertThat(combined.objectTraceback("an object")).contains(FakeBackend.SITE);
        combined.resetPeak();
        assertThat(combined.tracedMemory()).isEqualTo(new TracedMemory(1000, 1000, false));
        assertThat(counter.memory).isEqualTo(new TracedMemory(1000, 3000, false));
        assertThat(combined.overheadBytes()).isEqualTo(10_000);
    }

    @Test
    void hasTheSamplerCollect() {
        combined.start();
        counter.collecting = true;

        assertThat(combined.collectGarbage()).isFalse();
        sampler.collecting = true;
        assertThat(combined.collectGarbage()).isTrue();
    }
}
