package io.tracemalloc.cli;

import java.util.List;
import java.util.OptionalLong;

/**
 * A program with a known number of allocations, which {@code doctor} runs in the JVM under test, plain and traced. It
 * prints the facts about that JVM, {@code name=value} a line.
 */
public final class DoctorProbe {

    /**
     * The method that allocates: one of the JDK that nothing else here calls, since the tracer leaves its own classes
     * alone, of which this is one.
     */
    static final String ALLOCATES = "java.util.OptionalLong.of";

    /** How many blocks it allocates. */
    static final int BLOCKS = 1_000;

    private static final List<String> FACTS =
            List.of("java.version", "java.vm.name", "java.vm.version", "java.vm.info", "os.name", "os.arch");

    /** Keeps the blocks alive: the optimiser must not remove them. */
    @SuppressWarnings("UnusedVariable")
    private static volatile Object sink = "";

    private DoctorProbe() {}

    /** Allocates and prints. */
    public static void main(String[] args) {
        allocate();
        for (String fact : FACTS) {
            System.out.println(fact + '=' + System.getProperty(fact, ""));
        }
        System.out.println(
                "attach=" + ModuleLayer.boot().findModule("jdk.attach").isPresent());
        System.out.println(
                "instrument=" + ModuleLayer.boot().findModule("java.instrument").isPresent());
    }

    private static void allocate() {
        for (int i = 0; i < BLOCKS; i++) {
            sink = OptionalLong.of(i);
        }
    }
}
