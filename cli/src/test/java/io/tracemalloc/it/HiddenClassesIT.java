package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What hidden classes allocate, which no agent gets to see, counts as well. */
final class HiddenClassesIT {

    private static final Subject SUBJECT = Subject.of("known.Hidden");

    /** Enough for the compilers to step in, and odd. */
    private static final int N = 50_003;

    @ParameterizedTest
    @CsvSource({"-Xint", "-XX:TieredStopAtLevel=1", "-XX:-TieredCompilation"})
    void textsOfRecordsCountAtTheRecord(String compiler) {
        assertThat(differences(25, compiler, "25")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "17, -Xint", "17, -XX:TieredStopAtLevel=1", "17, -XX:-TieredCompilation",
        "25, -Xint", "25, -XX:TieredStopAtLevel=1", "25, -XX:-TieredCompilation"
    })
    void referencesCountAtTheirLine(int feature, String compiler) {
        assertThat(differences(feature, compiler, "")).isEmpty();
    }

    /** The hidden classes of concatenations outlive a session, and its form of hooks. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "following counting sampling exact", //
                "counting following counting",
                "untraced exact counting"
            })
    void concatenationsCountOnceInEverySession(String sessions) {
        String[] kinds = sessions.split(" ");

        assertThat(KnownSessions.run(kinds))
                .containsExactly(Arrays.stream(kinds)
                        .filter(kind -> !kind.equals("untraced"))
                        .map(KnownSessions::expected)
                        .toArray(String[]::new));
    }

    private static List<String> differences(int feature, String compiler, String kind) {
        Forked.Ended ended = new Forked(JavaHome.of(feature))
                .jvm(compiler)
                .traced("frames=1,live=off")
                .main(SUBJECT, N)
                .succeed();

        Found found = new Found(ended.snapshot(), SUBJECT.fileName());
        List<String> differences = new ArrayList<>();
        for (Expectations.Line line : Expectations.of(SUBJECT, kind, N, Layout.USUAL)) {
            differences.addAll(line.differences(found.line(line.number())));
        }
        return differences;
    }
}
