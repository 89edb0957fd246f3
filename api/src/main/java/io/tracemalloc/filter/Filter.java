package io.tracemalloc.filter;

import io.tracemalloc.spi.AllocationGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Chooses traces: those that meet all its conditions are kept (inclusive) or removed (exclusive).
 *
 * <p>Of several filters, a trace is kept iff any inclusive one matches, or none is given, and no exclusive one matches.
 * The conditions on file, line and method concern the allocation site or, with {@link #allFrames()}, hold if one and
 * the same frame of the traceback meets them all. A traceback without frames counts as the one frame
 * {@link io.tracemalloc.Frame#UNKNOWN}.
 *
 * <p>Globs follow Python's {@code fnmatch}: {@code *} is anything, {@code /} and {@code .} included, {@code ?} one
 * character, {@code [seq]} one of these, {@code [!seq]} one other; case counts. A {@code [} that is not closed stands for
 * itself, so {@code byte[]} is the class of byte arrays.
 *
 * <p>Immutable; safe for any thread, if the predicates are.
 */
public final class Filter {

    private final boolean inclusive;
    private final boolean allFrames;
    private final Optional<String> fileGlob;
    private final Optional<String> classGlob;
    private final Optional<String> methodGlob;
    private final Optional<String> threadGlob;
    private final Optional<String> hostGlob;
    private final OptionalInt line;
    private final OptionalInt domain;
    private final Map<String, Predicate<AllocationGroup>> conditions;

    private Filter(Builder builder) {
        this.inclusive = builder.inclusive;
        this.allFrames = builder.allFrames;
        this.fileGlob = builder.fileGlob;
        this.classGlob = builder.classGlob;
        this.methodGlob = builder.methodGlob;
        this.threadGlob = builder.threadGlob;
        this.hostGlob = builder.hostGlob;
        this.line = builder.line;
        this.domain = builder.domain;
        this.conditions = new LinkedHashMap<>(builder.conditions);
    }

    /** Keeps the traces whose allocation site is in a file like this. */
    public static Filter include(String fileGlob) {
        return builder(true).file(fileGlob).build();
    }

    /** Removes the traces whose allocation site is in a file like this. */
    public static Filter exclude(String fileGlob) {
        return builder(false).file(fileGlob).build();
    }

    /** Keeps or removes the traces of one address space. */
    public static Filter domain(boolean inclusive, int domain) {
        return builder(inclusive).domain(domain).build();
    }

    /**
     * The filter that this text describes, as after {@code --include} and {@code --exclude}: {@code key=value} pairs
     * joined by commas, with the keys {@code file}, {@code line}, {@code class}, {@code method}, {@code thread},
     * {@code host}, {@code domain} and those of plug-ins, and the flag {@code all-frames}. A bare glob is one for the file. In a value,
     * {@code \,} is a comma.
     *
     * @throws IllegalArgumentException if the text makes no sense, in one line
     * @throws io.tracemalloc.spi.ProviderUnavailableException if the key of a plug-in cannot be served here
     */
    public static Filter parse(boolean inclusive, String text) {
        return FilterText.parse(inclusive, text);
    }

    /** A filter to be given conditions; without any it matches every trace. */
    public static Builder builder(boolean inclusive) {
        return new Builder(inclusive);
    }

    /** Whether matching traces are kept rather than removed. */
    public boolean inclusive() {
        return inclusive;
    }

    /** Whether any frame may meet the conditions on frames rather than the allocation site alone. */
    public boolean allFrames() {
        return allFrames;
    }

    /** Glob for the file of a frame. */
    public Optional<String> fileGlob() {
        return fileGlob;
    }

    /** Line of a frame. */
    public OptionalInt line() {
        return line;
    }

    /** Glob for the method of a frame: for class and method together if it has a dot, else for the method's own name. */
    public Optional<String> methodGlob() {
        return methodGlob;
    }

    /** Glob for the allocated class. */
    public Optional<String> classGlob() {
        return classGlob;
    }

    /** Glob for the name of the allocating thread. */
    public Optional<String> threadGlob() {
        return threadGlob;
    }

    /** Glob for the host that the allocating thread ran on. */
    public Optional<String> hostGlob() {
        return hostGlob;
    }

    /** Address space. */
    public OptionalInt domain() {
        return domain;
    }

    /** Conditions of plug-ins and of {@link Builder#where}. */
    public List<Predicate<AllocationGroup>> conditions() {
        return List.copyOf(conditions.values());
    }

    /** The filter as text that {@link #parse} understands, after {@code include} or {@code exclude}. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        fileGlob.ifPresent(glob -> parts.add("file=" + escaped(glob)));
        line.ifPresent(number -> parts.add("line=" + number));
        methodGlob.ifPresent(glob -> parts.add("method=" + escaped(glob)));
        classGlob.ifPresent(glob -> parts.add("class=" + escaped(glob)));
        threadGlob.ifPresent(glob -> parts.add("thread=" + escaped(glob)));
        hostGlob.ifPresent(glob -> parts.add("host=" + escaped(glob)));
        domain.ifPresent(number -> parts.add("domain=" + number));
        conditions.keySet().forEach(each -> parts.add(escaped(each)));
        if (allFrames) {
            parts.add("all-frames");
        }
        return parts.stream().collect(Collectors.joining(",", inclusive ? "include " : "exclude ", ""));
    }

    private static String escaped(String value) {
        return value.replace(",", "\\,");
    }

    /** Collects the conditions of a filter; each may be set once. Not safe for several threads at once. */
    public static final class Builder {

        private final boolean inclusive;
        private boolean allFrames;
        private Optional<String> fileGlob = Optional.empty();
        private Optional<String> classGlob = Optional.empty();
        private Optional<String> methodGlob = Optional.empty();
        private Optional<String> threadGlob = Optional.empty();
        private Optional<String> hostGlob = Optional.empty();
        private OptionalInt line = OptionalInt.empty();
        private OptionalInt domain = OptionalInt.empty();
        private final Map<String, Predicate<AllocationGroup>> conditions = new LinkedHashMap<>();

        private Builder(boolean inclusive) {
            this.inclusive = inclusive;
        }

        /** The frame's file is like this. */
        public Builder file(String glob) {
            fileGlob = once("file", fileGlob, glob);
            return this;
        }

        /**
         * The frame's line is this one; 0 is an unknown line.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder line(int number) {
            requireUnset("line", line.isPresent());
            line = OptionalInt.of(requireNotNegative("line", number));
            return this;
        }

        /** The frame's class and method, {@code com.acme.Foo.bar}, or the method's name alone, is like this. */
        public Builder method(String glob) {
            methodGlob = once("method", methodGlob, glob);
            return this;
        }

        /** The allocated class is like this. */
        public Builder className(String glob) {
            classGlob = once("class", classGlob, glob);
            return this;
        }

        /** The allocating thread's name is like this. */
        public Builder thread(String glob) {
            threadGlob = once("thread", threadGlob, glob);
            return this;
        }

        /** The host that the allocating thread ran on is like this; empty where a snapshot names no host. */
        public Builder host(String glob) {
            hostGlob = once("host", hostGlob, glob);
            return this;
        }

        /**
         * The address space is this one.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder domain(int number) {
            requireUnset("domain", domain.isPresent());
            domain = OptionalInt.of(requireNotNegative("domain", number));
            return this;
        }

        /** Any frame of the traceback may meet the conditions on file, line and method. */
        public Builder allFrames() {
            requireUnset("all-frames", allFrames);
            allFrames = true;
            return this;
        }

        /**
         * This holds as well; it is asked about once per distinct argument, not per trace.
         *
         * @param text how the condition is written, {@code key=value}
         */
        public Builder where(String text, Predicate<AllocationGroup> condition) {
            requireUnset(text, conditions.containsKey(text));
            conditions.put(text, Objects.requireNonNull(condition, "condition"));
            return this;
        }

        /** The filter. */
        public Filter build() {
            return new Filter(this);
        }

        private static Optional<String> once(String key, Optional<String> before, String glob) {
            requireUnset(key, before.isPresent());
            return Optional.of(Objects.requireNonNull(glob, key));
        }

        private static void requireUnset(String key, boolean set) {
            if (set) {
                throw new IllegalArgumentException(key + " must be given once in a filter");
            }
        }

        private static int requireNotNegative(String key, int number) {
            if (number < 0) {
                throw new IllegalArgumentException(key + " must be 0 or more, got " + number);
            }
            return number;
        }
    }
}
