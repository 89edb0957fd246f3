package io.tracemalloc.cli;

import java.io.IOException;
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

    /** What it prints when it waits. */
    static final String READY = "ready";

    /** How many blocks it allocates. */
    static final int BLOCKS = 1_000;

    private static final List<String> FACTS =
            List.of("java.version", "java.vm.name", "java.vm.version", "java.vm.info", "os.name", "os.arch");

    /** Keeps the blocks alive: the optimiser must not remove them. */
    @SuppressWarnings("UnusedVariable")
    private static volatile Object sink = "";

    private DoctorProbe() {}

    /** Allocates and prints; with an argument, waits for the end of its input before it ends. */
    public static void main(String[] args) throws IOException {
        allocate();
        for (String fact : FACTS) {
            System.out.println(fact + '=' + System.getProperty(fact, ""));
        }
        System.out.println(
                "instrument=" + ModuleLayer.boot().findModule("java.instrument").isPresent());
        if (args.length > 0) {
            System.out.println(READY);
            while (System.in.read() >= 0) {
                // Until nobody wants it any more.
            }
        }
    }

    private static void allocate() {
        for (int i = 0; i < BLOCKS; i++) {
            sink = OptionalLong.of(i);
        }
    }
}
