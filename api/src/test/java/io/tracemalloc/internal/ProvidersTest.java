package io.tracemalloc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracemalloc.TraceOptions;
import io.tracemalloc.internal.Providers.Candidate;
import io.tracemalloc.spi.AllocationGroup;
import io.tracemalloc.spi.Availability;
import io.tracemalloc.spi.CaptureBackend;
import io.tracemalloc.spi.CaptureBackendProvider;
import io.tracemalloc.spi.GroupingProvider;
import io.tracemalloc.spi.Provider;
import io.tracemalloc.spi.ProviderUnavailableException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProvidersTest {

    @TempDir
    Path directory;

    @Test
    void choosesHighestPriorityThatIsAvailable() {
        GroupingProvider middle = grouping("middle", 5);
        List<Candidate<GroupingProvider>> candidates = List.of(
                candidate(grouping("low", 1)),
                candidate(middle),
                new Candidate<>(
                        "high", Optional.of(grouping("high", 9)), 9, Availability.unavailable("too old a JVM")));

        assertThat(Providers.best(GroupingProvider.class, candidates)).isSameAs(middle);
    }

    @Test
    void choosesByNameWhateverThePriority() {
        GroupingProvider low = grouping("low", -1);

        assertThat(Providers.named(
                        GroupingProvider.class, "low", List.of(candidate(grouping("high", 9)), candidate(low))))
                .isSameAs(low);
    }

    @Test
    void refusesTieAndListsEveryCandidate() {
        assertThatThrownBy(() -> Providers.best(
                        GroupingProvider.class,
                        List.of(candidate(grouping("a", 5)), candidate(grouping("b", 5)), candidate(grouping("c", 1)))))
                .isInstanceOf(ProviderUnavailableException.class)
                .hasMessage("more than one grouping has priority 5"
                        + " (a: available, priority 5; b: available, priority 5; c: available, priority 1)");
    }

    @Test
    void refusesTwoOfOneName() {
        assertThatThrownBy(() -> Providers.named(
                        GroupingProvider.class, "a", List.of(candidate(grouping("a", 1)), candidate(grouping("a", 2)))))
                .isInstanceOf(ProviderUnavailableException.class)
                .hasMessage(
                        "more than one grouping is named a" + " (a: available, priority 1; a: available, priority 2)");
    }

    @Test
    void saysThatThereIsNone() {
        assertThatThrownBy(() -> Providers.best(GroupingProvider.class, List.of()))
                .isInstanceOf(ProviderUnavailableException.class)
                .hasMessage("no grouping is available (none was found)");
        assertThatThrownBy(() -> Providers.named(GroupingProvider.class, "x", List.of(candidate(grouping("a", 1)))))
                .isInstanceOf(ProviderUnavailableException.class)
                .hasMessage("no grouping is named x (a: available, priority 1)");
    }

    @Test
    void listsReasonsOfCaptureBackendsAndQuotesTheAgent() {
        UnsatisfiedLinkError cause = new UnsatisfiedLinkError("libtracemalloc.so");
        List<Candidate<CaptureBackendProvider>> candidates = List.of(
                unavailable("bytebuddy", Availability.unavailable("no agent is loaded")),
                unavailable("jvmti", Availability.unavailable("no library for linux-x64", cause)));

        assertThatThrownBy(() -> Providers.best(CaptureBackendProvider.class, candidates))
                .isInstanceOf(ProviderUnavailableException.class)
                .hasMessage("no capture backend is available"
                        + " (bytebuddy: no agent is loaded; jvmti: no library for linux-x64);"
                        + " add -javaagent:tracemalloc.jar to the java command")
                .hasCause(cause);
        assertThatThrownBy(() -> Providers.named(CaptureBackendProvider.class, "jvmti", candidates))
                .isInstanceOf(ProviderUnavailableException.class)
                .hasMessage("capture backend jvmti is unavailable: no library for linux-x64;"
                        + " add -javaagent:tracemalloc.jar to the java command")
                .hasCause(cause);
    }

    @Test
    void findsProvidersOfTheContextLoader() throws IOException {
        List<Candidate<GroupingProvider>> found =
                candidatesWithServices(WorkingGrouping.class.getName(), WorkingGrouping.class.getName());

        assertThat(found).filteredOn(each -> each.name().equals("working")).hasSize(1);
    }

    @Test
    void keepsWorkingProvidersBesideBrokenOnes() throws IOException {
        List<Candidate<GroupingProvider>> found = candidatesWithServices(
                "com.acme.Missing",
                FailingConstructor.class.getName(),
                ProvidersTest.class.getName(),
                FailingName.class.getName(),
                WorkingGrouping.class.getName());

        assertThat(found)
                .filteredOn(each -> each.name().equals("working"))
                .singleElement()
                .satisfies(each -> assertThat(each.availability().isAvailable()).isTrue());
        assertThat(found)
                .filteredOn(each -> each.name().equals(FailingConstructor.class.getName()))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.availability().reason()).contains("it failed: no luck");
                    assertThat(each.availability().cause()).containsInstanceOf(IllegalStateException.class);
                });
        assertThat(found)
                .filteredOn(each -> each.name().equals(FailingName.class.getName()))
                .singleElement()
                .satisfies(each -> assertThat(each.availability().reason())
                        .contains("it failed: UnsupportedOperationException: nameless"));
        assertThat(found)
                .filteredOn(each -> each.name().equals("grouping"))
                .extracting(each -> each.availability().reason().orElse(""))
                .anySatisfy(reason -> assertThat(reason).endsWith("Provider com.acme.Missing not found"))
                .anySatisfy(reason -> assertThat(reason).endsWith("ProvidersTest not a subtype"));
    }

    @Test
    void endsWithDamagedServicesFile() throws IOException {
        List<Candidate<GroupingProvider>> found = candidatesWithServices("not a class name");

        assertThat(found)
                .filteredOn(each -> each.name().equals("grouping"))
                .singleElement()
                .satisfies(each -> assertThat(each.availability().isAvailable()).isFalse());
    }

    @Test
    void leavesOutContextLoaderWithAnotherCopyOfTheInterfaces() throws IOException {
        URL classes = Providers.class.getProtectionDomain().getCodeSource().getLocation();
        services(GroupingProvider.class, WorkingGrouping.class.getName());
        try (URLClassLoader other =
                new URLClassLoader(new URL[] {classes, directory.toUri().toURL()}, null)) {
            assertThat(withContext(other))
                    .extracting(Candidate::name)
                    .isEqualTo(Providers.candidates(GroupingProvider.class).stream()
                            .map(Candidate::name)
                            .toList());
        }
    }

    @Test
    void keepsWorkingProvidersBesideThoseThatSayNothingOrFailByAnError() throws IOException {
        List<Candidate<GroupingProvider>> found = candidatesWithServices(
                NullName.class.getName(),
                NullAvailability.class.getName(),
                FailingAssertion.class.getName(),
                WorkingGrouping.class.getName());

        assertThat(Providers.named(GroupingProvider.class, "working", found)).isInstanceOf(WorkingGrouping.class);
        assertThat(found)
                .filteredOn(each -> each.provider().isEmpty())
                .extracting(Candidate::toString)
                .contains(
                        NullName.class.getName() + ": it failed: NullPointerException: name() is null",
                        "silent: it failed: NullPointerException: availability() is null",
                        "todo: it failed: AssertionError: not yet");
    }

    @Test
    void outlivesAContextLoaderThatRefusesEverything() {
        ClassLoader stopped = new ClassLoader(Providers.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) {
                throw new IllegalStateException("this application was stopped");
            }
        };
        ClassLoader withoutResources = new ClassLoader(Providers.class.getClassLoader()) {
            @Override
            public Enumeration<URL> getResources(String name) {
                throw new IllegalStateException("this application was stopped");
            }
        };
        assertThat(withContext(stopped)).isEqualTo(Providers.candidates(GroupingProvider.class));
        assertThat(withContext(withoutResources))
                .extracting(Candidate::toString)
                .contains("grouping: this application was stopped");
    }

    @Test
    void leavesOutABackendThatCannotSayItsRole() throws IOException {
        services(CaptureBackendProvider.class, FailingRole.class.getName());
        try (URLClassLoader loader = services()) {
            assertThat(withContext(loader, CaptureBackendProvider.class))
                    .filteredOn(each -> each.provider().isEmpty())
                    .extracting(Candidate::toString)
                    .containsExactly("roleless: it failed: UnsupportedOperationException: no role");
        }
    }

    private List<Candidate<GroupingProvider>> candidatesWithServices(String... lines) throws IOException {
        services(GroupingProvider.class, lines);
        try (URLClassLoader loader = services()) {
            return withContext(loader);
        }
    }

    private URLClassLoader services() throws IOException {
        return new URLClassLoader(new URL[] {directory.toUri().toURL()}, Providers.class.getClassLoader());
    }

    private static List<Candidate<GroupingProvider>> withContext(ClassLoader loader) {
        return withContext(loader, GroupingProvider.class);
    }

    private static <P extends Provider> List<Candidate<P>> withContext(ClassLoader loader, Class<P> type) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return Providers.candidates(type);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private void services(Class<?> type, String... lines) throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.write(services.resolve(type.getName()), List.of(lines));
    }

    private static Candidate<GroupingProvider> candidate(GroupingProvider provider) {
        return new Candidate<>(provider.name(), Optional.of(provider), provider.priority(), Availability.available());
    }

    private static Candidate<CaptureBackendProvider> unavailable(String name, Availability why) {
        return new Candidate<>(name, Optional.empty(), 0, why);
    }

    private static GroupingProvider grouping(String name, int priority) {
        return new GroupingProvider() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public int priority() {
                return priority;
            }

            @Override
            public String keyOf(AllocationGroup allocations) {
                return "";
            }
        };
    }

    /** Found through a services file. */
    public static class WorkingGrouping implements GroupingProvider {
        @Override
        public String name() {
            return "working";
        }

        @Override
        public String keyOf(AllocationGroup allocations) {
            return "";
        }
    }

    /** Cannot be created. */
    public static final class FailingConstructor extends WorkingGrouping {
        /** Fails. */
        public FailingConstructor() {
            throw new IllegalStateException("no luck");
        }
    }

    /** Has no name. */
    public static final class NullName extends WorkingGrouping {
        @Override
        @SuppressWarnings("NullAway") // Whoever wrote it had no such tool.
        public String name() {
            return null;
        }
    }

    /** Does not say whether it is available. */
    public static final class NullAvailability extends WorkingGrouping {
        @Override
        public String name() {
            return "silent";
        }

        @Override
        @SuppressWarnings("NullAway") // Whoever wrote it had no such tool.
        public Availability availability() {
            return null;
        }
    }

    /** Is not written yet. */
    public static final class FailingAssertion extends WorkingGrouping {
        @Override
        public String name() {
            return "todo";
        }

        @Override
        public int priority() {
            throw new AssertionError("not yet");
        }
    }

    /** Cannot say its name. */
    public static final class FailingName extends WorkingGrouping {
        @Override
        public String name() {
            throw new UnsupportedOperationException("nameless");
        }
    }

    /** Cannot say its role. */
    public static final class FailingRole implements CaptureBackendProvider {
        @Override
        public String name() {
            return "roleless";
        }

        @Override
        public Role role() {
            throw new UnsupportedOperationException("no role");
        }

        @Override
        public CaptureBackend create(TraceOptions options) {
            throw new AssertionError("nobody could know what for");
        }
    }
}
