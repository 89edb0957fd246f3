package io.tracemalloc.capture.jvmti;

import io.tracemalloc.internal.AgentInstrumentation;
import io.tracemalloc.internal.Failures;
import io.tracemalloc.spi.Availability;
import io.tracemalloc.spi.ProviderUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds and loads the native library: the one of {@code -agentpath}, else the one in the jar. Safe for any thread. */
final class NativeLibrary {

    /** Written by a build that could not make the library: why. */
    private static final String MISSING = "META-INF/native/missing";

    /** Does not sample every allocation when it is asked to. */
    private static final String OTHER_VM = "OpenJ9";

    /** As of here, {@code System.load} prints a warning. */
    private static final int RESTRICTED_SINCE = 24;

    private static boolean loaded;
    /** What the first attempt showed; null before. */
    private static volatile @Nullable Availability failure;

    private NativeLibrary() {}

    /** Whether there is a library for this JVM, and no attempt to load it has failed. */
    static Availability availability() {
        Availability known = failure;
        if (known != null) {
            return known;
        }
        String vm = System.getProperty("java.vm.name", "");
        if (vm.contains(OTHER_VM)) {
            return Availability.unavailable("it needs HotSpot, and this is " + vm);
        }
        Platform platform = Platform.current();
        if (resource(platform.resource()) != null || LoadedAgents.own() != null) {
            return Availability.available();
        }
        return Availability.unavailable(missing(platform));
    }

    private static String missing(Platform platform) {
        String text = "no library for " + platform.name() + " in this build";
        try (InputStream reason = stream(MISSING)) {
            return reason == null
                    ? text
                    : text + ": " + new String(reason.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException unreadable) {
            return text;
        }
    }

    private static @Nullable URL resource(String name) {
        ClassLoader loader = NativeLibrary.class.getClassLoader();
        return loader == null ? ClassLoader.getSystemResource(name) : loader.getResource(name);
    }

    private static @Nullable InputStream stream(String name) throws IOException {
        URL resource = resource(name);
        return resource == null ? null : resource.openStream();
    }

    /**
     * Loads the library unless it is loaded.
     *
     * @throws ProviderUnavailableException if there is none for this JVM, or the JVM refuses it
     */
    static synchronized void load() {
        if (loaded) {
            return;
        }
        Availability known = failure;
        if (known != null) {
            throw unavailable(known);
        }
        try {
            String given = LoadedAgents.own();
            if (given != null) {
                load(given);
            } else {
                loadFromJar(Platform.current());
            }
            loaded = true;
        } catch (IOException unwritable) {
            throw failed(Availability.unavailable(
                    "the native library cannot be copied out of the jar: " + Failures.describe(unwritable),
                    unwritable));
        } catch (LinkageError | ReflectiveOperationException refused) {
            throw failed(Availability.unavailable(
                    "the JVM does not load the native library: " + refused.getMessage(), refused));
        }
    }

    /** Whether {@link NativeAgent} can be called. */
    static synchronized boolean isLoaded() {
        return loaded;
    }

    /** It will not work on the next attempt either. */
    private static ProviderUnavailableException failed(Availability reason) {
        failure = reason;
        return unavailable(reason);
    }

    private static ProviderUnavailableException unavailable(Availability reason) {
        String message = "capture backend jvmti is " + reason;
        return reason.cause()
                .map(cause -> new ProviderUnavailableException(message, cause))
                .orElseGet(() -> new ProviderUnavailableException(message));
    }

    private static void loadFromJar(Platform platform) throws IOException, ReflectiveOperationException {
        byte[] content;
        try (InputStream in = stream(platform.resource())) {
            if (in == null) {
                throw failed(Availability.unavailable(missing(platform)));
            }
            content = in.readAllBytes();
        }
        Path cached = LibraryFile.cached(content, platform.libraryFile());
        if (cached == null || !loads(cached)) {
            Path temporary = LibraryFile.temporary(content, platform.libraryFile());
            try {
                load(temporary.toAbsolutePath().toString());
            } finally {
                Files.delete(temporary);
            }
        }
    }

    /** False where the directory may not hold programs. */
    private static boolean loads(Path library) throws ReflectiveOperationException {
        try {
            load(library.toAbsolutePath().toString());
            return true;
        } catch (UnsatisfiedLinkError refused) {
            return false;
        }
    }

    /* With the instrumentation at hand, past the warning: what System.load does when it has looked at its caller. */
    private static void load(String path) throws ReflectiveOperationException {
        Optional<Instrumentation> instrumentation =
                Runtime.version().feature() < RESTRICTED_SINCE ? Optional.empty() : AgentInstrumentation.get();
        if (instrumentation.isEmpty()) {
            System.load(path);
            return;
        }
        Module own = NativeLibrary.class.getModule();
        instrumentation
                .get()
                .redefineModule(
                        Object.class.getModule(),
                        Set.of(),
                        Map.of(),
                        Map.of("java.lang", Set.of(own)),
                        Set.of(),
                        Map.of());
        Method load = Runtime.class.getDeclaredMethod("load0", Class.class, String.class);
        load.setAccessible(true);
        try {
            load.invoke(Runtime.getRuntime(), NativeAgent.class, path);
        } catch (InvocationTargetException refused) {
            if (refused.getCause() instanceof LinkageError error) {
                throw error;
            }
            throw refused;
        }
    }
}
