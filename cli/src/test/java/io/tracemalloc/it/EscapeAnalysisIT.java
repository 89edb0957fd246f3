package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.tracemalloc.Metric;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A program that lives from scalar replacement allocates no more under the tracer. */
final class EscapeAnalysisIT {

    private static final Subject SCALAR = Subject.of("known.Scalar");

    /** Of the bytes really allocated, after warm-up; the target of the architecture. */
    private static final double PERCENT = 1;

    /** Hooks make loops larger, so C2 peels fewer of them: an object that only peeling removed stays. */
    private static final double PERCENT_WHERE_LOOPS_CARRY_OBJECTS = 5;

    /* Not on 17: its single pass keeps what a removed object held, where a hook lies between the two. */
    @ParameterizedTest
    @ValueSource(ints = 25)
    void reallyAllocatedBytesStay(int feature) {
        long untraced = allocated(new Forked(JavaHome.of(feature)), "usual");

        long traced = allocated(new Forked(JavaHome.of(feature)).traced("frames=1,live=off"), "usual");

        assertThat(traced).isCloseTo(untraced, withinPercentage(PERCENT));
    }

    /** Samples are drawn from all that the program asks for, also from what C2 removes, and cost garbage of their own. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"25; frames=1,live=sampled", "25; frames=25"})
    void samplesAddLittleOfWhatIsAskedFor(int feature, String options) {
        long untraced = allocated(new Forked(JavaHome.of(feature)), "usual");
        Forked.Ended traced = run(new Forked(JavaHome.of(feature)).traced(options), "usual");

        // The last 20 of 60 equal rounds are measured.
        long asked = traced.snapshot().totalBytes(Metric.ALLOCATED) / 3;
        assertThat(bytes(traced) - untraced).isLessThan((long) (asked * PERCENT / 100));
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void aLoopThatIsNoLongerPeeledAllocatesItsFirstObject(int feature) {
        long untraced = allocated(new Forked(JavaHome.of(feature)), "carried");

        long traced = allocated(new Forked(JavaHome.of(feature)).traced("frames=1,live=off"), "carried");

        assertThat(traced).isCloseTo(untraced, withinPercentage(PERCENT_WHERE_LOOPS_CARRY_OBJECTS));
    }

    private static long allocated(Forked forked, String mode) {
        return bytes(run(forked, mode));
    }

    private static long bytes(Forked.Ended ended) {
        return Long.parseLong(ended.out().split(" ")[0]);
    }

    private static Forked.Ended run(Forked forked, String mode) {
        // Compiling on the program's own thread, so that the warm-up is over when the measurement begins.
        return forked.jvm("-Xbatch").main(SCALAR, mode).succeed();
    }
}
