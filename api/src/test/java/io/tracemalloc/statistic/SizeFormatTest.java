package io.tracemalloc.statistic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected texts were printed by CPython's own function. */
class SizeFormatTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0 B, +0 B",
        "1, 1 B, +1 B",
        "99, 99 B, +99 B",
        "1024, 1024 B, +1024 B",
        "10239, 10239 B, +10239 B",
        "10240, 10.0 KiB, +10.0 KiB",
        "102348, 99.9 KiB, +99.9 KiB",
        "102400, 100 KiB, +100 KiB",
        "596992, 583 KiB, +583 KiB",
        "10485759, 10240 KiB, +10240 KiB",
        "10485760, 10.0 MiB, +10.0 MiB",
        "1073741824, 1024 MiB, +1024 MiB",
        "10737418240, 10.0 GiB, +10.0 GiB",
        "10995116277760, 10.0 TiB, +10.0 TiB",
        "9223372036854775807, 8388608 TiB, +8388608 TiB",
    })
    void printsThreeDigitsBelowAHundredOfAUnit(long size, String plain, String signed) {
        assertThat(SizeFormat.format(size)).isEqualTo(plain);
        assertThat(SizeFormat.formatDiff(size)).isEqualTo(signed);
    }

    @ParameterizedTest
    @CsvSource({"-1, -1 B", "-10240, -10.0 KiB", "-660480, -645 KiB", "-9223372036854775807, -8388608 TiB"})
    void printsNegativeDifferences(long size, String signed) {
        assertThat(SizeFormat.formatDiff(size)).isEqualTo(signed);
    }

    @Test
    void roundsHalvesOfMeansToEven() {
        assertThat(SizeFormat.format(2.5)).isEqualTo("2 B");
        assertThat(SizeFormat.format(3.5)).isEqualTo("4 B");
        assertThat(SizeFormat.format(39.81594)).isEqualTo("40 B");
        assertThat(SizeFormat.format(10239.6)).isEqualTo("10240 B");
    }
}
