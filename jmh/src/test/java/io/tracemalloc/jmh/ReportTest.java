package io.tracemalloc.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

final class ReportTest {

    @Test
    void takesTheMiddle() {
        assertThat(Report.median(DoubleStream.of(9, 1, 2))).isEqualTo(2);
        assertThat(Report.median(DoubleStream.of(4, 1, 9, 2))).isEqualTo(3);
        assertThat(Report.median(DoubleStream.empty())).isNaN();
    }

    @Test
    void takesRatiosTogether() {
        assertThat(Report.geometricMean(new double[] {2, 0.5, 1})).isCloseTo(1, within(1e-12));
        assertThat(Report.geometricMean(new double[] {1.1, 1.1})).isCloseTo(1.1, within(1e-12));
        assertThat(Report.geometricMean(new double[0])).isNaN();
    }
}
