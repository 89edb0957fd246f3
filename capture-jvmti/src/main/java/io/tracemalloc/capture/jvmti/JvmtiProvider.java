package io.tracemalloc.capture.jvmti;

import io.tracemalloc.TraceOptions;
import io.tracemalloc.spi.Availability;
import io.tracemalloc.spi.CaptureBackend;
import io.tracemalloc.spi.CaptureBackendProvider;
import io.tracemalloc.spi.ProviderUnavailableException;

/**
 * Samples allocations with their tracebacks through the VM's tool interface, and follows the sampled blocks until the
 * garbage collector reclaims them; at an interval of 1, every block. Needs the native library that is in the jar for this
 * platform.
 */
public final class JvmtiProvider implements CaptureBackendProvider {

    private static final int PRIORITY = 50;

    /** What the tool interface can be told. */
    private static final long LARGEST_INTERVAL = Integer.MAX_VALUE;

    /** Errors of the tool interface: another agent has what only one can have. */
    private static final int NOT_AVAILABLE = 98;

    private static final int MUST_POSSESS_CAPABILITY = 99;

    /** For {@link java.util.ServiceLoader}. */
    public JvmtiProvider() {}

    @Override
    public String name() {
        return "jvmti";
    }

    @Override
    public int priority() {
        return PRIORITY;
    }

    @Override
    public Role role() {
        return Role.SAMPLER;
    }

    /** {@inheritDoc} Once the library is loaded this also tells whether another agent is in the way. */
    @Override
    public Availability availability() {
        Availability library = NativeLibrary.availability();
        if (!library.isAvailable() || !NativeLibrary.isLoaded()) {
            return library;
        }
        int error = NativeAgent.acquire();
        NativeAgent.release();
        return error == 0 ? library : Availability.unavailable(reason(error));
    }

    @Override
    public CaptureBackend create(TraceOptions options) {
        if (options.intervalBytes() > LARGEST_INTERVAL) {
            throw new IllegalArgumentException("interval must be in 1.." + LARGEST_INTERVAL + " for backend jvmti, got "
                    + options.intervalBytes());
        }
        NativeLibrary.load();
        int error = NativeAgent.acquire();
        if (error != 0) {
            throw new ProviderUnavailableException("capture backend jvmti is unavailable: " + reason(error));
        }
        return new JvmtiBackend(options);
    }

    private static String reason(int error) {
        return error == NOT_AVAILABLE || error == MUST_POSSESS_CAPABILITY
                ? "only one agent of a JVM can sample its allocations, and here it is " + LoadedAgents.likelyHolder()
                : "the JVM does not let allocations be sampled, JVMTI error " + error;
    }
}
