package io.tracemalloc.internal;

import io.tracemalloc.LiveTracking;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.spi.CaptureBackend;
import io.tracemalloc.spi.CaptureBackendProvider;
import io.tracemalloc.spi.CaptureBackendProvider.Role;
import io.tracemalloc.spi.ProviderUnavailableException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The backend made for a session, which may be two that work together.
 *
 * <p>A backend asked for by name is that one. Otherwise ({@link TraceOptions#AUTO}) the best counter and the best sampler
 * are taken: both together where samples are wanted beside the counts; the counter alone where they are not, where every
 * block is to be followed, or where no sampler can be had; the sampler alone where threads are kept apart, which counters
 * do not do.
 */
/*
 * Every block: the VM tells a thread's first blocks only if the thread began after the sampler did (the buffer that it has
 * was cut for the old interval), where the counter sees each from the first on.
 *
 * Part of every start: without lambdas and streams, whose first use would cost more than all of this.
 */
final class CaptureChoice {

    /** So long an interval that nothing is ever sampled. */
    private static final long NEVER = 1L << 60;

    private final String name;
    private final CaptureBackend backend;
    private final @Nullable String note;

    private CaptureChoice(String name, CaptureBackend backend, @Nullable String note) {
        this.name = name;
        this.backend = backend;
        this.note = note;
    }

    /** What the options ask for, found through {@link Providers}. */
    static CaptureChoice of(TraceOptions options) {
        if (!options.backend().equals(TraceOptions.AUTO)) {
            return of(Providers.named(CaptureBackendProvider.class, options.backend()), options);
        }
        return auto(Providers.candidates(CaptureBackendProvider.class), options);
    }

    /** The backend of this provider. */
    static CaptureChoice of(CaptureBackendProvider provider, TraceOptions options) {
        return new CaptureChoice(provider.name(), create(provider, options), null);
    }

    static CaptureChoice auto(List<Providers.Candidate<CaptureBackendProvider>> all, TraceOptions options) {
        List<Providers.Candidate<CaptureBackendProvider>> counters = Providers.ofRole(all, Role.COUNTER);
        List<Providers.Candidate<CaptureBackendProvider>> samplers = Providers.ofRole(all, Role.SAMPLER);
        if (!Providers.anyUsable(samplers)) {
            CaptureBackendProvider provider = Providers.best(CaptureBackendProvider.class, all);
            return new CaptureChoice(provider.name(), create(provider, options), Providers.firstReason(samplers));
        }
        CaptureBackendProvider sampler = Providers.best(CaptureBackendProvider.class, samplers);
        if (options.threads()) {
            return of(sampler, options);
        }
        if (!Providers.anyUsable(counters)) {
            return new CaptureChoice(sampler.name(), create(sampler, options), Providers.firstReason(counters));
        }
        CaptureBackendProvider counter = Providers.best(CaptureBackendProvider.class, counters);
        if (followsEveryBlock(options) || samplesNothing(options)) {
            return of(counter, options);
        }
        return together(counter, sampler, options);
    }

    private static boolean followsEveryBlock(TraceOptions options) {
        return options.intervalBytes() == 1 || options.live() == LiveTracking.EXACT;
    }

    private static boolean samplesNothing(TraceOptions options) {
        return options.frames() == 1 && options.live() == LiveTracking.OFF;
    }

    private static CaptureChoice together(
            CaptureBackendProvider counter, CaptureBackendProvider sampler, TraceOptions options) {
        CaptureBackend sampling;
        try {
            sampling = create(sampler, options);
        } catch (ProviderUnavailableException busy) {
            return new CaptureChoice(counter.name(), create(counter, options), Failures.oneLine(busy));
        }
        CaptureBackend counting;
        try {
            counting = create(counter, countingOnly(options));
        } catch (ProviderUnavailableException refused) {
            return new CaptureChoice(sampler.name(), sampling, Failures.oneLine(refused));
        }
        return new CaptureChoice(
                counter.name() + '+' + sampler.name(), new CombinedBackend(counting, sampling, options), null);
    }

    /* A provider is foreign code: what it throws beyond its contract must not end the program. */
    private static CaptureBackend create(CaptureBackendProvider provider, TraceOptions options) {
        try {
            return Objects.requireNonNull(provider.create(options), "create() is null");
        } catch (ProviderUnavailableException | IllegalArgumentException known) {
            throw known;
        } catch (RuntimeException | LinkageError failure) {
            throw new ProviderUnavailableException(
                    "capture backend " + provider.name() + " is unavailable: it failed: " + Failures.describe(failure),
                    failure);
        }
    }

    /** The counter samples nothing; where it tells callers apart, these are its second frame. */
    private static TraceOptions countingOnly(TraceOptions options) {
        return options.withFrames(options.exactCallers() ? 2 : 1)
                .withLive(LiveTracking.OFF)
                .withIntervalBytes(NEVER);
    }

    /** The name, or both names joined by a plus. */
    String name() {
        return name;
    }

    /** Not started. */
    CaptureBackend backend() {
        return backend;
    }

    /** Why a sampler or a counter that is there does not take part, in one line. */
    Optional<String> note() {
        return Optional.ofNullable(note);
    }
}
