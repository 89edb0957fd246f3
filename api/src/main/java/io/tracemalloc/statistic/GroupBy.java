package io.tracemalloc.statistic;

import io.tracemalloc.internal.Providers;
import io.tracemalloc.internal.Providers.Candidate;
import io.tracemalloc.spi.GroupingProvider;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * By what traces are grouped.
 *
 * <p>{@link #LINE}, {@link #FILE} and {@link #TRACEBACK} look at files and lines only, as in CPython.
 *
 * <p>Immutable; safe for any thread, if a plug-in's provider is.
 */
public final class GroupBy {

    /** By file and line of the allocation site. */
    public static final GroupBy LINE = new GroupBy("line", true);

    /** By file of the allocation site. */
    public static final GroupBy FILE = new GroupBy("file", true);

    /** By all files and lines of the traceback. */
    public static final GroupBy TRACEBACK = new GroupBy("traceback", false);

    /** By allocated class. */
    public static final GroupBy CLASS = new GroupBy("class", false);

    /** By class and method of the allocation site. */
    public static final GroupBy METHOD = new GroupBy("method", true);

    /** By package of the class of the allocation site. */
    public static final GroupBy PACKAGE = new GroupBy("package", true);

    /** By name of the allocating thread. */
    public static final GroupBy THREAD = new GroupBy("thread", false);

    /** By host of the allocating thread, in snapshots merged from several JVMs. */
    public static final GroupBy HOST = new GroupBy("host", false);

    /** By address space. */
    public static final GroupBy DOMAIN = new GroupBy("domain", false);

    private static final List<GroupBy> BUILT_IN =
            List.of(LINE, FILE, TRACEBACK, CLASS, METHOD, PACKAGE, THREAD, HOST, DOMAIN);

    private final String name;
    private final boolean cumulative;
    private final Optional<GroupingProvider> provider;

    private GroupBy(String name, boolean cumulative) {
        this.name = name;
        this.cumulative = cumulative;
        this.provider = Optional.empty();
    }

    private GroupBy(GroupingProvider provider) {
        this.name = provider.name();
        this.cumulative = false;
        this.provider = Optional.of(provider);
    }

    /** The grouping that this provider defines. */
    public static GroupBy of(GroupingProvider provider) {
        return new GroupBy(Objects.requireNonNull(provider, "provider"));
    }

    /**
     * The grouping of this name: a built-in one, else that of a plug-in.
     *
     * @throws IllegalArgumentException if there is none; the message lists the names
     * @throws io.tracemalloc.spi.ProviderUnavailableException if a plug-in has the name, but more than one does or it
     *     cannot work here
     */
    public static GroupBy named(String name) {
        Objects.requireNonNull(name, "name");
        for (GroupBy each : BUILT_IN) {
            if (each.name.equals(name)) {
                return each;
            }
        }
        List<Candidate<GroupingProvider>> plugIns = Providers.candidates(GroupingProvider.class);
        List<String> names = names(plugIns);
        if (!names.contains(name)) {
            throw new IllegalArgumentException("grouping must be one of " + String.join(", ", names) + ", got " + name
                    + Providers.broken(plugIns));
        }
        return of(Providers.named(GroupingProvider.class, name));
    }

    /** The names of the built-in groupings, then those of plug-ins. */
    public static List<String> names() {
        return names(Providers.candidates(GroupingProvider.class));
    }

    private static List<String> names(List<Candidate<GroupingProvider>> plugIns) {
        Stream<String> builtIn = BUILT_IN.stream().map(GroupBy::name);
        return Stream.concat(builtIn, Providers.names(plugIns).stream().sorted())
                .distinct()
                .toList();
    }

    /** The name, as after {@code --group-by}. */
    public String name() {
        return name;
    }

    /** Whether a trace can count for every group in its traceback rather than for its allocation site alone. */
    public boolean supportsCumulative() {
        return cumulative;
    }

    /** The plug-in behind it; empty for the built-in ones. */
    public Optional<GroupingProvider> provider() {
        return provider;
    }

    /** The name. */
    @Override
    public String toString() {
        return name;
    }
}
