import io.tracemalloc.capture.jvmti.JvmtiProvider;
import io.tracemalloc.spi.CaptureBackendProvider;

/** Sampled tracebacks and the live set, by a native agent of the VM's tool interface. */
module io.tracemalloc.capture.jvmti {
    requires static org.jspecify;
    requires transitive io.tracemalloc;
    requires static java.instrument;

    exports io.tracemalloc.capture.jvmti;

    provides CaptureBackendProvider with
            JvmtiProvider;
}
