package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracemalloc.Traceback;
import io.tracemalloc.cli.FailOn.Totals;
import io.tracemalloc.statistic.StatisticDiff;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailOnTest {

    /** One group that grew from 10 blocks of 1,024 bytes in all to 15 of 3,072, and one that is new. */
    private static final List<StatisticDiff> GROUPS = List.of(
            new StatisticDiff(Traceback.EMPTY, "grown", 3_072, 2_048, 15, 5, false),
            new StatisticDiff(Traceback.EMPTY, "fresh", 100, 100, 1, 1, false));

    private static final Totals TOTALS = new Totals(3_172, 2_148, 16, 6);

    @ParameterizedTest
    @CsvSource({
        "size>3k, false",
        "size>2.9k, true",
        "size>+2047, true",
        "size>+2k, false",
        "count>15, false",
        "count>14, true",
        "count>+5, false",
        "count>+4, true",
        "total-size>3172, false",
        "total-size>3171, true",
        "total-size>+2148, false",
        "total-count>+5, true",
        "total-count>+60%, false",
        "total-count>+59%, true",
        "size>+1g, false",
        "size>1m, false",
        "grew>209%, true",
        "grew>210%, false",
        "'size > 2k', true",
        "SIZE>2K, true",
    })
    void holdsExactlyAboveTheLimit(String text, boolean violated) {
        assertThat(FailOn.parse(text).violation(GROUPS, TOTALS).isPresent()).isEqualTo(violated);
    }

    @Test
    void takesAnythingNewAsGrownBeyondEveryPercentage() {
        assertThat(FailOn.parse("size>+1000000%").violation(GROUPS, TOTALS))
                .contains("fresh: size grew from 0 B to 100 B (size>+1000000%)");
    }

    @Test
    void staysQuietAboutNothingThatStaysNothing() {
        List<StatisticDiff> nothing = List.of(new StatisticDiff(Traceback.EMPTY, "none", 0, 0, 0, 0, false));

        assertThat(FailOn.parse("size>+0%").violation(nothing, new Totals(0, 0, 0, 0)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "size", "size>", "size>x", "size<10", "size>-1", "size>10t", "volume>1", "grew>+", "size>>1"
            })
    void refusesWhatHasAnotherForm(String text) {
        assertThatThrownBy(() -> FailOn.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be [total-](size|count)>[+]N[k|m|g|%] or grew>N[k|m|g|%], got '" + text
                        + "'; for example size>+10m, count>1000, grew>10%");
    }

    @Test
    void refusesAPercentageOfNothing() {
        assertThatThrownBy(() -> FailOn.parse("size>10%"))
                .hasMessage("a percentage is about growth: write >+N%, got 'size>10%'");
    }
}
