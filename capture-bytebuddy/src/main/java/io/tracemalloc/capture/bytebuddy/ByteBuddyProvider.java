package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.TraceOptions;
import io.tracemalloc.capture.bytebuddy.boot.Recorder;
import io.tracemalloc.spi.Availability;
import io.tracemalloc.spi.CaptureBackend;
import io.tracemalloc.spi.CaptureBackendProvider;
import io.tracemalloc.spi.ProviderUnavailableException;
import java.lang.instrument.Instrumentation;

/**
 * Exact counts of every allocation, by instrumenting the byte code of every class, the JDK's own included. Pure Java;
 * works wherever the JVM lets an agent in.
 */
public final class ByteBuddyProvider implements CaptureBackendProvider {

    /** With less, the tables and what changing all loaded classes takes would leave the program too little, or the VM. */
    private static final long SMALLEST_HEAP = 15 << 20;

    /** For {@link java.util.ServiceLoader}. */
    public ByteBuddyProvider() {}

    @Override
    public String name() {
        return "bytebuddy";
    }

    @Override
    public int priority() {
        return 100;
    }

    @Override
    public Availability availability() {
        return InstrumentationAccess.availability();
    }

    /** {@inheritDoc} Without a {@code -javaagent}, attaches to its own JVM through a helper process. */
    @Override
    public CaptureBackend create(TraceOptions options) {
        if (options.threads()) {
            throw new IllegalArgumentException("threads=true: backend bytebuddy does not keep threads apart");
        }
        long heap = Runtime.getRuntime().maxMemory();
        if (heap < SMALLEST_HEAP) {
            throw new ProviderUnavailableException(
                    "capture backend bytebuddy is unavailable: its tables take some 8 MiB"
                            + " of the heap, and this one has " + (heap >> 20) + " MiB (-Xmx)");
        }
        Instrumentation instrumentation = InstrumentationAccess.get();
        // The backend's class refers to classes that only this defines.
        BootClasses.define(instrumentation);
        if (Recorder.isArchiving()) {
            throw new ProviderUnavailableException(
                    "capture backend bytebuddy is unavailable: this JVM archives its classes"
                            + " (-XX:AOTCacheOutput, -XX:AOTMode=record, -XX:ArchiveClassesAtExit), and JDK 25 crashes if they are instrumented");
        }
        return new ByteBuddyBackend(options, instrumentation);
    }
}
