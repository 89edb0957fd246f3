import io.tracemalloc.spi.CaptureBackendProvider;
import io.tracemalloc.spi.FilterProvider;
import io.tracemalloc.spi.GroupingProvider;
import io.tracemalloc.spi.RemoteChannelProvider;
import io.tracemalloc.spi.SnapshotFormatProvider;

/** Values, analysis and service interfaces of the tracer; needs nothing but the JDK. */
@SuppressWarnings("module") // The friends below are built later.
module io.tracemalloc {
    requires static com.google.errorprone.annotations;
    requires static org.jspecify;
    requires static java.instrument;
    requires java.management;

    exports io.tracemalloc;
    exports io.tracemalloc.filter;
    exports io.tracemalloc.spi;
    exports io.tracemalloc.statistic;
    exports io.tracemalloc.internal to
            io.tracemalloc.capture.bytebuddy,
            io.tracemalloc.capture.jvmti,
            io.tracemalloc.cli,
            io.tracemalloc.remote.netty;
    exports io.tracemalloc.internal.analysis to
            io.tracemalloc.capture.bytebuddy,
            io.tracemalloc.cli,
            io.tracemalloc.remote.netty;

    uses CaptureBackendProvider;
    uses FilterProvider;
    uses GroupingProvider;
    uses RemoteChannelProvider;
    uses SnapshotFormatProvider;
}
