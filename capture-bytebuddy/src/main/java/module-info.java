import io.tracemalloc.capture.bytebuddy.ByteBuddyProvider;
import io.tracemalloc.spi.CaptureBackendProvider;

/** Exact allocation counts by instrumenting byte code. */
module io.tracemalloc.capture.bytebuddy {
    requires static org.jspecify;
    requires transitive io.tracemalloc;
    requires transitive java.instrument;
    requires jdk.management;
    requires net.bytebuddy;
    requires net.bytebuddy.agent;

    exports io.tracemalloc.capture.bytebuddy;

    provides CaptureBackendProvider with
            ByteBuddyProvider;
}
