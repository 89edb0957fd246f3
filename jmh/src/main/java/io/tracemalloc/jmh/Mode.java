package io.tracemalloc.jmh;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What traces a forked JVM: nothing, this tracer with some options, or a peer. */
enum Mode {
    NONE("none", null),
    /** The same again: what differs from {@link #NONE} is noise. */
    NONE_AGAIN("none again", null),
    COUNTS("frames=1", "frames=1,live=off"),
    LIVE("1, sampled", "frames=1"),
    FRAMES_8("frames=8", "frames=8"),
    /** The default of {@code tracemalloc run}: counters and native samples together. */
    FRAMES_25("frames=25", "frames=25"),
    /** The same without the native library. */
    BYTECODE("bytebuddy 25", "frames=25,backend=bytebuddy"),
    /** Native samples and the live set alone. */
    SAMPLER("jvmti 25", "frames=25,backend=jvmti"),
    EXACT_CALLERS("callers=exact", "frames=2,live=off,callers=exact"),
    EVERY_BLOCK("interval=1", "frames=25,interval=1,live=off"),
    LIVE_EXACT("live=exact", "frames=1,live=exact"),
    /** The exact peer, with a sampler that does next to nothing: the least that it can cost. */
    INSTRUMENTER("instrumenter", null),
    FLIGHT_RECORDER("JFR profile", null),
    /** Flight Recorder with its two events of allocations and nothing else. */
    FLIGHT_RECORDER_HEAP("JFR heap", null),
    ASYNC_PROFILER("async alloc", null),
    ASYNC_PROFILER_LIVE("async live", null);

    static final List<Mode> HOT_PATH = List.of(NONE, NONE_AGAIN, COUNTS, LIVE, FRAMES_25, INSTRUMENTER);

    private final String label;
    private final @Nullable String options;

    Mode(String label, @Nullable String options) {
        this.label = label;
        this.options = options;
    }

    /**
     * Modes by the names of their constants, separated by commas, or {@code all}.
     *
     * @throws IllegalArgumentException if there is no such mode
     */
    static List<Mode> named(String names) {
        if (names.equals("all")) {
            return List.of(values());
        }
        List<Mode> modes = new ArrayList<>();
        for (String name : names.split(",")) {
            modes.add(valueOf(name));
        }
        return modes;
    }

    String label() {
        return label;
    }

    List<String> jvmArguments() {
        if (options != null) {
            return List.of("-javaagent:" + Forks.tracer() + "=" + options, Tracing.TRACER.jvmArgument());
        }
        return switch (this) {
            case INSTRUMENTER ->
                List.of("-javaagent:" + Forks.program("java-allocation-instrumenter"), Tracing.PEER.jvmArgument());
            case FLIGHT_RECORDER ->
                List.of(
                        "-XX:StartFlightRecording:settings=profile,filename=" + Forks.scratch("recording.jfr"),
                        "-Xlog:jfr*=off");
            case FLIGHT_RECORDER_HEAP ->
                List.of(
                        "-XX:StartFlightRecording:settings=" + Peers.heapEvents() + ",filename="
                                + Forks.scratch("heap.jfr"),
                        "-Xlog:jfr*=off");
            case ASYNC_PROFILER -> List.of(Peers.asyncProfiler("alloc=512k,file=" + Forks.scratch("alloc.jfr")));
            case ASYNC_PROFILER_LIVE ->
                List.of(Peers.asyncProfiler("alloc=512k,live,file=" + Forks.scratch("live.jfr")));
            default -> List.of();
        };
    }
}
