package io.tracemalloc.jmh;

import io.tracemalloc.TraceOptions;
import io.tracemalloc.Tracemalloc;
import java.io.IOException;
import java.util.List;
import jdk.jfr.Recording;
import one.profiler.AsyncProfiler;
import org.jspecify.annotations.Nullable;

/** A sampler of allocations that can be switched while a program runs, since none of them changes byte code. */
enum Sampling {
    /** None: what differs between on and off is noise. */
    NOTHING(Mode.NONE) {
        @Override
        void on() {}

        @Override
        void off() {}
    },
    /**
     * The native backend alone: 25 frames, 512 KiB, with the live set. One session, whose samples of this thread are left
     * alone meanwhile: a new one would have to meet every stack anew. What is left is {@link #TRACER_EVENTS}.
     */
    TRACER(Mode.SAMPLER) {
        private @Nullable QuietThread quiet;

        @Override
        void on() {
            if (quiet == null) {
                startTracer();
                quiet = QuietThread.ofTracer();
            } else {
                quiet.end();
            }
        }

        @Override
        void off() {
            if (quiet != null) {
                quiet.begin();
            }
        }
    },
    /** What the VM's events cost by themselves: they come, and are left alone. */
    TRACER_EVENTS(Mode.SAMPLER) {
        private @Nullable QuietThread quiet;

        @Override
        String label() {
            return "jvmti, events";
        }

        @Override
        void on() {
            startTracer();
            allocateBeyondFirstSamples();
            quiet = QuietThread.ofTracer();
            quiet.begin();
        }

        @Override
        void off() {
            if (quiet != null) {
                quiet.end();
            }
            Tracemalloc.stop();
        }
    },
    ASYNC_PROFILER(Mode.ASYNC_PROFILER) {
        @Override
        void on() throws IOException {
            startAsyncProfiler("jfr,alloc=512k,file=" + Forks.scratch("alloc.jfr"));
        }

        @Override
        void off() throws IOException {
            asyncProfiler("stop");
        }
    },
    ASYNC_PROFILER_LIVE(Mode.ASYNC_PROFILER_LIVE) {
        @Override
        void on() throws IOException {
            startAsyncProfiler("jfr,alloc=512k,live,file=" + Forks.scratch("live.jfr"));
        }

        @Override
        void off() throws IOException {
            asyncProfiler("stop");
        }
    },
    /** Flight Recorder with its two events of allocations and nothing else. */
    FLIGHT_RECORDER_HEAP(Mode.FLIGHT_RECORDER_HEAP) {
        private @Nullable Recording running;

        @Override
        void on() throws IOException {
            running = Peers.heapRecording();
            running.start();
        }

        @Override
        void off() {
            if (running != null) {
                running.close();
            }
        }
    };

    /** 256 MB. */
    private static final int BLOCKS_BEYOND_FIRST_SAMPLES = 256_000;

    private static final int BLOCK_BYTES = 1000;

    /** So that the blocks are really allocated. */
    @SuppressWarnings("unused")
    private static volatile byte @Nullable [] kept;

    private final Mode mode;
    private boolean begun;

    Sampling(Mode mode) {
        this.mode = mode;
    }

    String label() {
        return mode.label();
    }

    /** Options of a JVM in which this can be switched. */
    List<String> jvmArguments() {
        return mode == Mode.SAMPLER ? mode.jvmArguments() : List.of();
    }

    abstract void on() throws IOException;

    abstract void off() throws IOException;

    private static void startTracer() {
        Tracemalloc.start(TraceOptions.DEFAULTS.withFrames(25).withBackend("jvmti"));
    }

    /** A session begins with samples that are closer together, until it has some 1,500. */
    private static void allocateBeyondFirstSamples() {
        for (int i = 0; i < BLOCKS_BEYOND_FIRST_SAMPLES; i++) {
            kept = new byte[BLOCK_BYTES];
        }
    }

    /** It, too, goes on with the stacks that it knows once it was started. */
    void startAsyncProfiler(String what) throws IOException {
        asyncProfiler((begun ? "resume," : "start,") + what);
        begun = true;
    }

    private static void asyncProfiler(String command) throws IOException {
        // Takes its library out of its own jar.
        AsyncProfiler.getInstance().execute(command);
    }
}
