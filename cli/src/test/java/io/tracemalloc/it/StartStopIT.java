package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Start, stop, clear and snapshot come from any thread at any time; after a stop the program is as it was. */
final class StartStopIT {

    private static final Subject START_STOP = Subject.of("known.StartStop", Subject.API);

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void manyThreadsSteerAtOnce(int feature) {
        Forked.Ended ended = new Forked(JavaHome.of(feature))
                .agent("frames=2,interval=64k")
                .with(Subject.API)
                .main(START_STOP)
                .succeed();

        assertThat(ended.out()).isEqualTo("failures 0 tracing false\ncounted 1000 worked true true\n");
        assertThat(ended.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void methodsThatRunOnHaveTheirFile(int feature) {
        String out = new Forked(JavaHome.of(feature))
                .agent("0")
                .with(Subject.API)
                .main(Subject.of("known.StartedBelow", Subject.API))
                .succeed()
                .out();

        assertThat(out).isEqualTo("known/StartedBelow.java make\nknown/StartedBelow.java main\n");
    }

    @ParameterizedTest
    @CsvSource({"17, SAMPLED", "17, EXACT", "25, SAMPLED", "25, EXACT"})
    void whoStartsIsNotKept(int feature, String live) {
        Forked.Ended ended = new Forked(JavaHome.of(feature))
                .agent("0")
                .with(Subject.API)
                .main(Subject.of("known.Unloaded", Subject.API), live)
                .succeed();

        assertThat(ended.out()).isEqualTo("loader gone, value gone\n");
    }

    /** JDK 25 gives a class that was redefined all its constants so far, and a NaN equals none: ten sessions overflow. */
    @Test
    void constantsDoNotAddUpFromSessionToSession() {
        String[] sessions = new String[11];
        Arrays.fill(sessions, "counting");

        assertThat(KnownSessions.run(sessions))
                .hasSize(sessions.length)
                .containsOnly(KnownSessions.expected("counting"));
    }
}
