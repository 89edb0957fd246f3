package io.tracemalloc.jmh;

import io.tracemalloc.TraceOptions;
import io.tracemalloc.Tracemalloc;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import one.profiler.AsyncProfiler;
import org.jspecify.annotations.Nullable;

/** A sampler of allocations that can be switched on and off while a program runs, since none of them changes byte code. */
enum Sampling {
    /** None: what differs between on and off is noise. */
    NOTHING("nothing") {
        @Override
        void on() {}

        @Override
        void off() {}
    },
    /** The native backend alone: 25 frames, 512 KiB, with the live set. */
    TRACER("jvmti 25") {
        @Override
        List<String> jvmArguments() {
            return List.of("-javaagent:" + Forks.tracer() + "=frames=25,backend=jvmti");
        }

        @Override
        void on() {
            Tracemalloc.start(TraceOptions.DEFAULTS.withFrames(25).withBackend("jvmti"));
        }

        @Override
        void off() {
            Tracemalloc.stop();
        }
    },
    ASYNC_PROFILER("async alloc") {
        @Override
        void on() throws IOException {
            asyncProfiler("start,jfr,alloc=512k,file=" + Forks.scratch("alloc.jfr"));
        }

        @Override
        void off() throws IOException {
            asyncProfiler("stop");
        }
    },
    ASYNC_PROFILER_LIVE("async live") {
        @Override
        void on() throws IOException {
            asyncProfiler("start,jfr,alloc=512k,live,file=" + Forks.scratch("live.jfr"));
        }

        @Override
        void off() throws IOException {
            asyncProfiler("stop");
        }
    },
    /** Flight Recorder with its two events of allocations and nothing else. */
    FLIGHT_RECORDER_HEAP("JFR heap") {
        private @Nullable Recording recording;

        @Override
        void on() {
            Recording started = new Recording();
            started.enable("jdk.ObjectAllocationSample").withStackTrace().with("throttle", "300/s");
            started.enable("jdk.OldObjectSample").withStackTrace().with("cutoff", Duration.ZERO.toNanos() + " ns");
            started.start();
            recording = started;
        }

        @Override
        void off() {
            Recording running = recording;
            if (running != null) {
                running.close();
            }
            recording = null;
        }
    };

    private final String label;

    Sampling(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** Options of a JVM in which this can be switched. */
    List<String> jvmArguments() {
        return List.of();
    }

    abstract void on() throws IOException;

    abstract void off() throws IOException;

    private static void asyncProfiler(String command) throws IOException {
        AsyncProfiler.getInstance(System.getProperty(LIBRARY)).execute(command);
    }

    /** Names async-profiler's library to a forked JVM. */
    static final String LIBRARY = "tracemalloc.jmh.async-profiler";

    /** The option that names async-profiler's library to a forked JVM. */
    static String libraryArgument(Path library) {
        return "-D" + LIBRARY + "=" + library;
    }
}
