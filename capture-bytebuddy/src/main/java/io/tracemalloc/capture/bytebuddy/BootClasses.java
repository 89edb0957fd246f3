package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.capture.bytebuddy.boot.Heap;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.instrument.Instrumentation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Defines the recorder on the boot loader, where instrumented code of every class can call it.
 *
 * <p>The classes are defined one by one from resources. Appending a jar to the boot search path would do as well, but
 * makes the JVM print a warning and give up class data sharing for application classes.
 */
final class BootClasses {

    private static final String RESOURCES = "META-INF/tracemalloc/boot/";
    private static final String SUFFIX = ".classdata";
    private static final String BRIDGE = "io.tracemalloc.capture.bytebuddy.boot.SessionBridge";
    private static final String UNSAFE_PACKAGE = "jdk.internal.misc";

    private BootClasses() {}

    /**
     * Defines them unless an earlier agent of this JVM did.
     *
     * @throws IllegalStateException if the JVM refuses
     */
    static void define(Instrumentation instrumentation) {
        try {
            open(instrumentation, BootClasses.class.getModule());
            Class<?> known = find(BRIDGE);
            Class<?> bridge = known == null ? define(BRIDGE) : known;
            open(instrumentation, bridge.getModule());
            // Where this is a named module, it reads no unnamed one by itself.
            BootClasses.class.getModule().addReads(bridge.getModule());
            for (String name : names()) {
                if (find(name) == null) {
                    define(name);
                }
            }
            Heap.alignment = alignment(instrumentation);
        } catch (IOException | LinkageError refused) {
            throw new IllegalStateException("cannot define the recorder in this JVM: " + refused, refused);
        }
    }

    /** Lets a module use the JDK's Unsafe and the stack walker that shows operands. */
    private static void open(Instrumentation instrumentation, Module module) {
        Set<Module> user = Set.of(module);
        instrumentation.redefineModule(
                Object.class.getModule(),
                Set.of(),
                Map.of(UNSAFE_PACKAGE, user, "jdk.internal.vm", user),
                Map.of("java.lang", user),
                Set.of(),
                Map.of());
    }

    private static @Nullable Class<?> find(String name) {
        try {
            return Class.forName(name, false, null);
        } catch (ClassNotFoundException absent) {
            return null;
        }
    }

    private static Class<?> define(String name) throws IOException {
        if (name.equals(CarrierClasses.NAME) && CarrierClasses.areNeeded()) {
            if (find(CarrierClasses.INSIDE_NAME) == null) {
                BootDefiner.define(CarrierClasses.inside());
            }
            return BootDefiner.define(CarrierClasses.carrier());
        }
        try (InputStream in = resource(name.replace('.', '/') + SUFFIX)) {
            return BootDefiner.define(in.readAllBytes());
        }
    }

    private static List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        try (BufferedReader index =
                new BufferedReader(new InputStreamReader(resource("index"), StandardCharsets.UTF_8))) {
            for (String line = index.readLine(); line != null; line = index.readLine()) {
                names.add(line.substring(RESOURCES.length(), line.length() - SUFFIX.length())
                        .replace('/', '.'));
            }
        }
        return names;
    }

    private static InputStream resource(String name) throws IOException {
        ClassLoader loader = BootClasses.class.getClassLoader();
        InputStream in = loader == null ? null : loader.getResourceAsStream(RESOURCES + name);
        if (in == null) {
            throw new IOException("no resource " + RESOURCES + name);
        }
        return in;
    }

    /** The granularity of object sizes, seen in the sizes of byte arrays. */
    private static int alignment(Instrumentation instrumentation) {
        long smallest = instrumentation.getObjectSize(new byte[0]);
        int length = 1;
        while (instrumentation.getObjectSize(new byte[length]) == smallest) {
            length++;
        }
        return (int) (instrumentation.getObjectSize(new byte[length]) - smallest);
    }
}
