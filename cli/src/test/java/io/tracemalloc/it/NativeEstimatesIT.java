package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sampled estimates are right on average, and as precise as they say. */
final class NativeEstimatesIT {

    private static final Subject SAMPLED = Subject.of("known.Sampled", Subject.API);
    private static final Subject EARLY_THREADS = Subject.of("known.EarlyThreads", Subject.API);
    private static final Subject CLASS_FILES = Subject.of("known.ClassFiles");
    private static final int ARRAYS = 200_000;
    private static final int ROUNDS = 400;

    /** Half the width of an interval of 95 %, in standard errors. */
    private static final double HALF_WIDTH = 1.96;

    /** Of 400 intervals of 95 %, 380 hold the truth, with a standard deviation of 4.4: less than 360 is none of chance. */
    private static final double HITS = 0.90;

    /** Each round has 320 samples and more, a quarter live: the mean of all is within 0.6 % in 95 % of cases. Three times that. */
    private static final double BIAS = 0.018;

    private record Round(double truth, double estimate, double error) {}

    /** What a round allocates is sampled every 16 KiB, or first every 8 KiB and then at wider intervals. */
    @ParameterizedTest
    @CsvSource({"17, 16k", "25, 16k", "17, 512k", "25, 512k"})
    void theTruthIsWithinTheStatedInterval(int feature, String interval) {
        List<String> lines = new Forked(JavaHome.of(feature))
                .jvm("-XX:+UseSerialGC", "-Xmx64m")
                .agent("backend=jvmti,frames=4,live=sampled,interval=" + interval)
                .with(Subject.API)
                .main(SAMPLED, ROUNDS, 0)
                .succeed()
                .out()
                .lines()
                .toList();

        assertThat(lines).hasSize(ROUNDS);
        assertEstimates(lines.stream().map(line -> round(line, 0)).toList());
        assertEstimates(lines.stream().map(line -> round(line, 3)).toList());
    }

    /**
     * Clear begins anew however much came before: some 400 samples make up a round, a standard error of 5 %; of one that
     * counts for 512 KiB alone it would be 10 %.
     */
    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void samplesAreCloseTogetherAfterClear(int feature) {
        List<Round> rounds = new Forked(JavaHome.of(feature))
                .jvm("-XX:+UseSerialGC", "-Xmx64m")
                .agent("backend=jvmti,frames=4,live=off")
                .with(Subject.API)
                .main(SAMPLED, 10, 200_000)
                .succeed()
                .out()
                .lines()
                .map(line -> round(line, 0))
                .toList();

        assertThat(rounds)
                .hasSize(10)
                .allSatisfy(round -> assertThat(round.error() / round.truth()).isLessThan(0.07));
    }

    /**
     * A sample counts for the interval that it was drawn under. Threads that began while that was small ({@code early}) would
     * be told as five times what they allocated if their first counted for the interval of later; so would those that are
     * older than the session ({@code earlier}), on VMs where these have waited long enough. Some 80 samples make up the sum, a
     * standard deviation of 11 %, and more for threads that draw alike.
     */
    @ParameterizedTest
    @CsvSource({"17, early", "25, early", "17, earlier", "25, earlier"})
    void samplesCountForTheIntervalTheyWereDrawnUnder(int feature, String begun) {
        String[] told = new Forked(JavaHome.of(feature))
                .agent("backend=jvmti,frames=4,live=off")
                .with(Subject.API)
                .main(EARLY_THREADS, begun)
                .succeed()
                .out()
                .trim()
                .split(" ");

        double truth = Double.parseDouble(told[0]);
        assertThat(Double.parseDouble(told[1]) / truth).isBetween(0.5, 1.5);
    }

    /** The VM copies class files for agents, which is not the program's doing; other arrays may be as long. */
    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void arraysAsLongAsAClassFileAreSampled(int feature) {
        Forked.Ended ended = new Forked(JavaHome.of(feature))
                .traced("backend=jvmti,interval=16k,frames=1,live=off")
                .main(CLASS_FILES, ARRAYS)
                .succeed();

        long length = Long.parseLong(ended.out().trim());
        long truth = ARRAYS * (length + 16);
        // Over 4,000 samples, a standard deviation of 1.5 %: six of them.
        assertThat(new Found(ended.snapshot(), "").total("byte[]").bytes())
                .isBetween(truth / 100 * 91, truth / 100 * 109);
    }

    private static Round round(String line, int first) {
        String[] parts = line.split(" ");
        return new Round(
                Double.parseDouble(parts[first]),
                Double.parseDouble(parts[first + 1]),
                Double.parseDouble(parts[first + 2]));
    }

    private static void assertEstimates(List<Round> rounds) {
        long hits = rounds.stream()
                .filter(round -> Math.abs(round.estimate() - round.truth()) <= HALF_WIDTH * round.error())
                .count();
        double truth = rounds.stream().mapToDouble(Round::truth).sum();
        double estimate = rounds.stream().mapToDouble(Round::estimate).sum();
        assertThat(hits).isGreaterThanOrEqualTo(Math.round(HITS * rounds.size()));
        assertThat(estimate / truth).isBetween(1 - BIAS, 1 + BIAS);
    }
}
