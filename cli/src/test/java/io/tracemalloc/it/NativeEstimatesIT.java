package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sampled estimates are right on average, and as precise as they say. */
final class NativeEstimatesIT {

    private static final Path[] API = Arrays.stream(
                    System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .toArray(Path[]::new);

    private static final Subject SAMPLED = Subject.of("known.Sampled", API);
    private static final Subject EARLY_THREADS = Subject.of("known.EarlyThreads", API);
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
                .with(API)
                .main(SAMPLED, ROUNDS)
                .succeed()
                .out()
                .lines()
                .toList();

        assertThat(lines).hasSize(ROUNDS);
        assertEstimates(lines.stream().map(line -> round(line, 0)).toList());
        assertEstimates(lines.stream().map(line -> round(line, 3)).toList());
    }

    /**
     * A sample counts for the interval that it was drawn under: as one under 512 KiB, each thread's first would make the sum
     * five times what it is. Some 80 samples have that, a standard deviation of 11 %, and more for threads that draw alike.
     */
    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void samplesCountForTheIntervalTheyWereDrawnUnder(int feature) {
        String[] told = new Forked(JavaHome.of(feature))
                .agent("backend=jvmti,frames=4,live=off")
                .with(API)
                .main(EARLY_THREADS)
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
