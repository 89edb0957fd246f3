package io.tracemalloc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracemalloc.LiveTracking;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.internal.Providers.Candidate;
import io.tracemalloc.spi.Availability;
import io.tracemalloc.spi.CaptureBackend;
import io.tracemalloc.spi.CaptureBackendProvider;
import io.tracemalloc.spi.ProviderUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CaptureChoiceTest {

    private static final TraceOptions SAMPLING = TraceOptions.DEFAULTS.withFrames(25);

    private final List<String> made = new ArrayList<>();
    private final Candidate<CaptureBackendProvider> counter = candidate("counter", CaptureBackendProvider.Role.COUNTER);
    private final Candidate<CaptureBackendProvider> sampler = candidate("sampler", CaptureBackendProvider.Role.SAMPLER);

    @Test
    void joinsCounterAndSamplerWhereSamplesAreWanted() {
        CaptureChoice choice = CaptureChoice.auto(List.of(counter, sampler), SAMPLING);

        assertThat(choice.name()).isEqualTo("counter+sampler");
        assertThat(choice.note()).isEmpty();
        assertThat(made).containsExactly("sampler 25 sampled 524288", "counter 1 off " + (1L << 60));
    }

    @Test
    void letsTheCounterTellCallersApart() {
        CaptureChoice.auto(List.of(counter, sampler), SAMPLING.withExactCallers(true));

        assertThat(made).containsExactly("sampler 25 sampled 524288", "counter 2 off " + (1L << 60));
    }

    @Test
    void takesTheCounterAloneForEveryBlockAndForCountsOnly() {
        for (TraceOptions options : List.of(
                SAMPLING.withIntervalBytes(1),
                SAMPLING.withLive(LiveTracking.EXACT),
                TraceOptions.DEFAULTS.withLive(LiveTracking.OFF))) {
            assertThat(CaptureChoice.auto(List.of(counter, sampler), options).name())
                    .isEqualTo("counter");
        }
    }

    @Test
    void takesTheSamplerAloneForThreadsAndWhereNobodyCounts() {
        assertThat(CaptureChoice.auto(List.of(counter, sampler), SAMPLING.withThreads(true))
                        .name())
                .isEqualTo("sampler");
        assertThat(CaptureChoice.auto(List.of(sampler), SAMPLING).name()).isEqualTo("sampler");
    }

    @Test
    void saysWhyASamplerThatIsThereTakesNoPart() {
        Candidate<CaptureBackendProvider> missing = new Candidate<>(
                "sampler", sampler.provider(), 50, Availability.unavailable("no library for this platform"));

        CaptureChoice choice = CaptureChoice.auto(List.of(counter, missing), SAMPLING);

        assertThat(choice.name()).isEqualTo("counter");
        assertThat(choice.note()).contains("capture backend sampler is unavailable: no library for this platform");
        assertThat(made).containsExactly("counter 25 sampled 524288");
    }

    @Test
    void fallsBackToTheCounterIfTheSamplerIsBusy() {
        Candidate<CaptureBackendProvider> busy = failing(
                "sampler",
                CaptureBackendProvider.Role.SAMPLER,
                new ProviderUnavailableException("another profiler has it"));

        CaptureChoice choice = CaptureChoice.auto(List.of(counter, busy), SAMPLING);

        assertThat(choice.name()).isEqualTo("counter");
        assertThat(choice.note()).contains("another profiler has it");
        assertThat(made).containsExactly("counter 25 sampled 524288");
    }

    @Test
    void saysWhyNobodyCounts() {
        Candidate<CaptureBackendProvider> refused = failing(
                "counter", CaptureBackendProvider.Role.COUNTER, new ProviderUnavailableException("not in this JVM"));
        Candidate<CaptureBackendProvider> missing =
                new Candidate<>("counter", counter.provider(), 50, Availability.unavailable("no instrumentation"));

        CaptureChoice late = CaptureChoice.auto(List.of(refused, sampler), SAMPLING);
        CaptureChoice early = CaptureChoice.auto(List.of(missing, sampler), SAMPLING);

        assertThat(late.name()).isEqualTo("sampler");
        assertThat(late.note()).contains("not in this JVM");
        assertThat(early.name()).isEqualTo("sampler");
        assertThat(early.note()).contains("capture backend counter is unavailable: no instrumentation");
    }

    @Test
    void takesAProviderThatFailsForOneThatIsUnavailable() {
        Candidate<CaptureBackendProvider> broken =
                failing("broken", CaptureBackendProvider.Role.SAMPLER, new UnsupportedOperationException("not yet"));

        CaptureChoice choice = CaptureChoice.auto(List.of(counter, broken), SAMPLING);

        assertThat(choice.name()).isEqualTo("counter");
        assertThat(choice.note())
                .contains("capture backend broken is unavailable: it failed: UnsupportedOperationException: not yet");
        assertThatThrownBy(() -> CaptureChoice.of(broken.provider().orElseThrow(), SAMPLING))
                .isInstanceOf(ProviderUnavailableException.class)
                .hasCauseInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void isRefusedWhereNothingIsThere() {
        assertThatThrownBy(() -> CaptureChoice.auto(List.of(), SAMPLING))
                .isInstanceOf(ProviderUnavailableException.class)
                .hasMessageStartingWith("no capture backend is available");
    }

    private Candidate<CaptureBackendProvider> candidate(String name, CaptureBackendProvider.Role role) {
        return new Candidate<>(name, Optional.of(new Recorded(name, role)), 50, Availability.available());
    }

    /** Says that it is available, and makes no backend. */
    private Candidate<CaptureBackendProvider> failing(
            String name, CaptureBackendProvider.Role role, RuntimeException failure) {
        CaptureBackendProvider provider = new Recorded(name, role) {
            @Override
            public CaptureBackend create(TraceOptions options) {
                throw failure;
            }
        };
        return new Candidate<>(name, Optional.of(provider), 50, Availability.available());
    }

    private class Recorded implements CaptureBackendProvider {
        private final String name;
        private final Role role;

        Recorded(String name, Role role) {
            this.name = name;
            this.role = role;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Role role() {
            return role;
        }

        @Override
        public CaptureBackend create(TraceOptions options) {
            made.add(name + ' ' + options.frames() + ' ' + options.live().label() + ' ' + options.intervalBytes());
            return new FakeBackend();
        }
    }
}
