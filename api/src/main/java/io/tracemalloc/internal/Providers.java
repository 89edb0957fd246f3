package io.tracemalloc.internal;

import io.tracemalloc.spi.Availability;
import io.tracemalloc.spi.CaptureBackendProvider;
import io.tracemalloc.spi.FilterProvider;
import io.tracemalloc.spi.GroupingProvider;
import io.tracemalloc.spi.Provider;
import io.tracemalloc.spi.ProviderUnavailableException;
import io.tracemalloc.spi.RemoteChannelProvider;
import io.tracemalloc.spi.SnapshotFormatProvider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the providers of a kind through {@link ServiceLoader} and chooses among them, always in the same way.
 *
 * <p>Providers come from the class loader of this class, then from the context class loader if it sees this very
 * interface. A provider that cannot be loaded, or that throws when asked about itself, is a candidate that is
 * unavailable; it never hides the others. Safe for any thread. A choice that succeeds uses no lambdas: it is part of
 * every start, and their first use would cost more than the choice.
 */
public final class Providers {

    /** The text that every message about a missing capture backend ends with. */
    public static final String AGENT_HINT = "add -javaagent:tracemalloc.jar to the java command";

    /** A broken provider file can fail without end; after so many failures the rest of its loader is left out. */
    private static final int MAX_FAILURES = 64;

    private Providers() {}

    /**
     * One provider that was found, working or not.
     *
     * @param name its name; the name of its class if it could not even say that
     * @param provider itself; empty if it could not be loaded
     * @param priority its rank; the lowest if it could not be loaded
     * @param availability whether it can work here
     */
    public record Candidate<P extends Provider>(
            String name, Optional<P> provider, int priority, Availability availability) {

        boolean isUsable() {
            return provider.isPresent() && availability.isAvailable();
        }

        @Override
        public String toString() {
            return name + ": " + availability.reason().orElse("available, priority " + priority);
        }
    }

    /** All providers of a kind in the order in which they were found. */
    public static <P extends Provider> List<Candidate<P>> candidates(Class<P> type) {
        List<Candidate<P>> found = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        ClassLoader own = Providers.class.getClassLoader();
        collect(type, own, seen, found);
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        if (context != null && context != own && sees(context, type)) {
            collect(type, context, seen, found);
        }
        return List.copyOf(found);
    }

    /**
     * The provider of this name.
     *
     * @throws ProviderUnavailableException if there is none, more than one, or it is unavailable
     */
    public static <P extends Provider> P named(Class<P> type, String name) {
        return named(type, name, candidates(type));
    }

    /**
     * The available provider with the highest priority.
     *
     * @throws ProviderUnavailableException if none is available or two have the highest priority
     */
    public static <P extends Provider> P best(Class<P> type) {
        return best(type, candidates(type));
    }

    /** The capture backends of this role, usable or not. */
    static List<Candidate<CaptureBackendProvider>> ofRole(
            List<Candidate<CaptureBackendProvider>> candidates, CaptureBackendProvider.Role role) {
        List<Candidate<CaptureBackendProvider>> chosen = new ArrayList<>();
        for (Candidate<CaptureBackendProvider> candidate : candidates) {
            if (candidate.provider().isPresent() && candidate.provider().get().role() == role) {
                chosen.add(candidate);
            }
        }
        return chosen;
    }

    /** Whether one of these can work here. */
    static boolean anyUsable(List<Candidate<CaptureBackendProvider>> candidates) {
        for (Candidate<CaptureBackendProvider> candidate : candidates) {
            if (candidate.isUsable()) {
                return true;
            }
        }
        return false;
    }

    /** Why the first of these cannot work here; null if there is none. */
    static @Nullable String firstReason(List<Candidate<CaptureBackendProvider>> candidates) {
        if (candidates.isEmpty()) {
            return null;
        }
        Candidate<CaptureBackendProvider> first = candidates.get(0);
        return "capture backend " + first.name() + " is unavailable: "
                + first.availability().reason().orElse("it gave no reason");
    }

    /** The names of those that could be loaded, in the order in which they were found. */
    public static List<String> names(List<? extends Candidate<?>> candidates) {
        return candidates.stream()
                .filter(each -> each.provider().isPresent())
                .map(Candidate::name)
                .toList();
    }

    /** What to add to a message that no plug-in has a name: those that could not be loaded, any of which may have it. */
    public static String broken(List<? extends Candidate<?>> candidates) {
        List<? extends Candidate<?>> broken =
                candidates.stream().filter(each -> each.provider().isEmpty()).toList();
        return broken.isEmpty() ? "" : list(broken);
    }

    static <P extends Provider> P named(Class<P> type, String name, List<Candidate<P>> candidates) {
        Candidate<P> found = null;
        for (Candidate<P> candidate : candidates) {
            if (candidate.name().equals(name)) {
                if (found != null) {
                    throw unavailable(
                            type, "more than one " + kind(type) + " is named " + name + list(candidates), null);
                }
                found = candidate;
            }
        }
        if (found == null) {
            throw unavailable(type, "no " + kind(type) + " is named " + name + list(candidates), null);
        }
        if (!found.isUsable()) {
            Availability why = found.availability();
            String reason = why.reason().orElse("it gave no reason");
            throw unavailable(
                    type,
                    kind(type) + " " + name + " is unavailable: " + reason,
                    why.cause().orElse(null));
        }
        return found.provider().orElseThrow();
    }

    static <P extends Provider> P best(Class<P> type, List<Candidate<P>> candidates) {
        Candidate<P> best = null;
        boolean tie = false;
        for (Candidate<P> candidate : candidates) {
            if (candidate.isUsable() && (best == null || candidate.priority() >= best.priority())) {
                tie = best != null && candidate.priority() == best.priority();
                best = candidate;
            }
        }
        if (best == null) {
            String hint = candidates.isEmpty() ? moduleHint(type) : "";
            throw unavailable(
                    type, "no " + kind(type) + " is available" + list(candidates) + hint, firstCause(candidates));
        }
        if (tie) {
            throw unavailable(
                    type, "more than one " + kind(type) + " has priority " + best.priority() + list(candidates), null);
        }
        return best.provider().orElseThrow();
    }

    /* A loader is foreign code, too: that of a stopped application throws whatever it likes. */
    @SuppressWarnings("CatchingUnchecked")
    private static <P extends Provider> void collect(
            Class<P> type, @Nullable ClassLoader loader, Set<String> seen, List<Candidate<P>> found) {
        Iterator<ServiceLoader.Provider<P>> providers =
                ServiceLoader.load(type, loader).stream().iterator();
        int failures = 0;
        while (failures < MAX_FAILURES) {
            try {
                if (!providers.hasNext()) {
                    return;
                }
                ServiceLoader.Provider<P> next = providers.next();
                if (seen.add(next.type().getName())) {
                    found.add(candidate(next));
                }
            } catch (RuntimeException | ServiceConfigurationError | LinkageError failure) {
                failures++;
                String line = Failures.oneLine(failure);
                if (seen.add(line)) {
                    found.add(broken(kind(type), line, failure));
                }
            }
        }
    }

    /* A provider is foreign code: whatever it throws must not hide the other candidates. */
    @SuppressWarnings("CatchingUnchecked")
    private static <P extends Provider> Candidate<P> candidate(ServiceLoader.Provider<P> source) {
        String name = source.type().getName();
        try {
            P provider = source.get();
            name = Objects.requireNonNull(provider.name(), "name() is null");
            Availability availability = Objects.requireNonNull(provider.availability(), "availability() is null");
            if (provider instanceof CaptureBackendProvider capture) {
                Objects.requireNonNull(capture.role(), "role() is null");
            }
            return new Candidate<>(name, Optional.of(provider), provider.priority(), availability);
        } catch (VirtualMachineError jvm) {
            throw jvm;
        } catch (Throwable failure) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            return broken(name, "it failed: " + Failures.describe(cause), cause);
        }
    }

    private static <P extends Provider> Candidate<P> broken(String name, String reason, Throwable cause) {
        return new Candidate<>(name, Optional.empty(), Integer.MIN_VALUE, Availability.unavailable(reason, cause));
    }

    /* Another copy of the tracer's classes in the context loader would give providers of another interface. */
    private static boolean sees(ClassLoader loader, Class<?> type) {
        try {
            return Class.forName(type.getName(), false, loader) == type;
        } catch (ClassNotFoundException | RuntimeException | LinkageError other) {
            return false;
        }
    }

    private static String list(List<? extends Candidate<?>> candidates) {
        return candidates.isEmpty()
                ? " (none was found)"
                : candidates.stream().map(Candidate::toString).collect(Collectors.joining("; ", " (", ")"));
    }

    private static String moduleHint(Class<?> type) {
        if (type == SnapshotFormatProvider.class) {
            return "; add tracemalloc-storage-protobuf to the class path";
        }
        return type == RemoteChannelProvider.class ? "; add tracemalloc-remote-netty to the class path" : "";
    }

    private static @Nullable Throwable firstCause(List<? extends Candidate<?>> candidates) {
        return candidates.stream()
                .flatMap(each -> each.availability().cause().stream())
                .findFirst()
                .orElse(null);
    }

    private static ProviderUnavailableException unavailable(Class<?> type, String message, @Nullable Throwable cause) {
        String line = type == CaptureBackendProvider.class ? message + "; " + AGENT_HINT : message;
        return cause == null ? new ProviderUnavailableException(line) : new ProviderUnavailableException(line, cause);
    }

    private static String kind(Class<?> type) {
        if (type == CaptureBackendProvider.class) {
            return "capture backend";
        } else if (type == SnapshotFormatProvider.class) {
            return "snapshot format";
        } else if (type == RemoteChannelProvider.class) {
            return "remote channel";
        } else if (type == FilterProvider.class) {
            return "filter";
        } else if (type == GroupingProvider.class) {
            return "grouping";
        }
        return type.getSimpleName();
    }
}
