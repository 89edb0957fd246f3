package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Frame;
import io.tracemalloc.Snapshot;
import io.tracemalloc.Traceback;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The native backend's tracebacks are the stacks that Java itself shows: same frames, same lines, and where every block is
 * recorded, same depth.
 */
final class NativeTracebacksIT {

    private static final Subject ORIGINS = Subject.of("known.Origins", Subject.API);

    private static final Subject HOPS = Subject.of("known.Hops");

    private static final int N = 200_000;

    /** Calls of {@code main}, {@code left} or {@code right}, and one {@code hop} more than there are method handles. */
    private static final int HOP_FRAMES = 20;

    private static Stream<List<String>> variants() {
        return Stream.of(
                List.of("17", "256", "-XX:+UseG1GC"),
                List.of("17", "5", "-Xint"),
                List.of("25", "256", "-XX:+UseG1GC"),
                List.of("25", "5", "-Xint"),
                List.of("25", "30", "-XX:TieredStopAtLevel=1"));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void areThoseOfJava(List<String> variant) {
        Forked.Ended ended = new Forked(JavaHome.of(Integer.parseInt(variant.get(0))))
                .jvm(variant.get(2))
                .agent("backend=jvmti,interval=1,frames=" + variant.get(1))
                .with(Subject.API)
                .main(ORIGINS)
                .succeed();

        assertThat(ended.out()).matches("compared \\d+\n");
        assertThat(ended.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void samplesTellApartWhatOnlyOuterFramesDo(int feature) {
        Map<Traceback, Long> tracebacks = sampled(feature, HOP_FRAMES, "known.Hops$Far");

        // About 3,100 samples from each side, a standard deviation of 1.8 % each: five of them.
        assertThat(blocksBelow(tracebacks, "left")).isBetween(182_000L, 218_000L);
        assertThat(blocksBelow(tracebacks, "right")).isBetween(182_000L, 218_000L);
        assertThat(tracebacks.keySet())
                .allSatisfy(traceback -> assertThat(traceback.totalFrames()).isEqualTo(HOP_FRAMES));
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void everyBlockIsToldApartByOuterFrames(int feature) {
        Map<Traceback, Long> tracebacks = blocks(feature, "interval=1,frames=" + HOP_FRAMES, 2_000, "known.Hops$Far");

        assertThat(blocksBelow(tracebacks, "left")).isEqualTo(2_000);
        assertThat(blocksBelow(tracebacks, "right")).isEqualTo(2_000);
        assertThat(tracebacks).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void samplesOfEqualInnerFramesHaveTheDepthOfOneOfThem(int feature) {
        Map<Traceback, Long> tracebacks = sampled(feature, 5, "known.Hops$Bottom");

        assertThat(tracebacks).hasSize(1);
        Traceback traceback = tracebacks.keySet().iterator().next();
        assertThat(traceback.totalFrames()).isBetween(202, 251);
        assertThat(traceback.frames())
                .extracting(Frame::lineNumber)
                .containsExactly(
                        HOPS.lineOf("bottom"),
                        HOPS.lineOf("deeper"),
                        HOPS.lineOf("deeper"),
                        HOPS.lineOf("deeper"),
                        HOPS.lineOf("deeper"));
        assertThat(tracebacks.get(traceback)).isBetween(182_000L, 218_000L);
    }

    private static long blocksBelow(Map<Traceback, Long> tracebacks, String caller) {
        return tracebacks.entrySet().stream()
                .filter(entry -> entry.getKey().frames().stream()
                        .anyMatch(frame -> frame.methodName().equals(caller)))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static Map<Traceback, Long> sampled(int feature, int frames, String type) {
        return blocks(feature, "interval=1k,frames=" + frames, N, type);
    }

    private static Map<Traceback, Long> blocks(int feature, String options, int n, String type) {
        Snapshot snapshot = new Forked(JavaHome.of(feature))
                .traced("backend=jvmti,live=off," + options)
                .main(HOPS, n)
                .succeed()
                .snapshot();
        Map<Traceback, Long> blocks = new HashMap<>();
        snapshot.traces().stream()
                .filter(trace -> trace.className().equals(type))
                .forEach(trace -> blocks.merge(trace.traceback(), trace.allocatedCount(), Long::sum));
        return blocks;
    }
}
