package io.tracemalloc.spi;

import java.util.Objects;
import java.util.Optional;

/**
 * Whether a provider can work in this JVM, and if not, why.
 *
 * <p>Immutable; safe for any thread.
 */
public final class Availability {

    private static final Availability AVAILABLE = new Availability(Optional.empty(), Optional.empty());

    private final Optional<String> reason;
    private final Optional<Throwable> cause;

    private Availability(Optional<String> reason, Optional<Throwable> cause) {
        this.reason = reason;
        this.cause = cause;
    }

    /** It can. */
    public static Availability available() {
        return AVAILABLE;
    }

    /** It cannot, for this reason: one clear line that also names the cure if there is one. */
    public static Availability unavailable(String reason) {
        return new Availability(Optional.of(Objects.requireNonNull(reason, "reason")), Optional.empty());
    }

    /** It cannot, for this reason, as this failure showed. */
    public static Availability unavailable(String reason, Throwable cause) {
        return new Availability(Optional.of(Objects.requireNonNull(reason, "reason")), Optional.of(cause));
    }

    /** Whether the provider can work. */
    public boolean isAvailable() {
        return reason.isEmpty();
    }

    /** Why not; empty if it can. */
    public Optional<String> reason() {
        return reason;
    }

    /** The failure behind it; empty if it can or if nothing was thrown. */
    public Optional<Throwable> cause() {
        return cause;
    }

    @Override
    public String toString() {
        return reason.map(text -> "unavailable: " + text).orElse("available");
    }
}
