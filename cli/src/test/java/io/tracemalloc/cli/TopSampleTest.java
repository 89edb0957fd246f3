package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Snapshot;
import io.tracemalloc.TracedMemory;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.spi.RemoteStatus;
import io.tracemalloc.statistic.GroupBy;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopSampleTest {

    private static final RemoteStatus STATUS = new RemoteStatus(
            true, 25, 1, "fake", TracedMemory.NONE, 4096, 0, 4711, "Fake VM", "com.acme.Main", Duration.ofSeconds(90));

    private static final Snapshot BEFORE = Samples.exact()
            .add("byte[]", 10, 1_000, Samples.PARSE)
            .add("java.lang.String", 10, 240, "com.acme.Main main 9")
            .snapshot();

    /** Two seconds later. */
    private static final Snapshot NOW = Samples.exact()
            .add("byte[]", 30, 5_000, Samples.PARSE)
            .add("java.lang.String", 10, 240, "com.acme.Main main 9")
            .add("int[]", 4, 64, "com.acme.Main main 9")
            .at(2)
            .snapshot();

    @Test
    void countsWhatWasAllocatedPerSecond() {
        assertThat(new TopSample(STATUS, NOW, BEFORE).rows(GroupBy.LINE, Optional.empty()))
                .containsExactlyInAnyOrder(
                        new TopRow("com/acme/Parser.java:42", 2_000, 10, 2_500, 15),
                        new TopRow("com/acme/Main.java:9", 32, 2, 152, 7));
    }

    @Test
    void groupsAndFilters() {
        TopSample sample = new TopSample(STATUS, NOW, BEFORE);

        assertThat(sample.rows(GroupBy.CLASS, Optional.of(Filter.parse(true, "method=*.main"))))
                .containsExactlyInAnyOrder(
                        new TopRow("java.lang.String", 0, 0, 120, 5), new TopRow("int[]", 32, 2, 32, 2));
        assertThat(sample.rows(GroupBy.PACKAGE, Optional.empty()))
                .containsExactly(new TopRow("com.acme", 2_032, 12, 2_652, 22));
    }

    @Test
    void hasNoRatesBeforeThereAreTwo() {
        assertThat(new TopSample(STATUS, BEFORE, null).rows(GroupBy.METHOD, Optional.empty()))
                .containsExactlyInAnyOrder(
                        new TopRow("com.acme.Parser.parse", 0, 0, 500, 5),
                        new TopRow("com.acme.Main.main", 0, 0, 120, 5));
    }

    @Test
    void countsFromZeroWhatWasCleared() {
        Snapshot cleared =
                Samples.exact().add("byte[]", 4, 400, Samples.PARSE).at(2).snapshot();

        assertThat(new TopSample(STATUS, cleared, BEFORE).rows(GroupBy.LINE, Optional.empty()))
                .containsExactly(new TopRow("com/acme/Parser.java:42", 200, 2, 200, 2));
    }

    @Test
    void sumsUpInTheHeading() {
        TopState state = TopState.of(GroupBy.LINE, TopSort.LIVE, "parser");

        TopModel model = TopModels.of("4711", Optional.of(new TopSample(STATUS, NOW, BEFORE)), "", state);

        assertThat(model.title()).isEqualTo("4711  com.acme.Main  Fake VM  up 90 s");
        assertThat(model.totals())
                .isEqualTo("allocates 2032 B/s, 12 blocks/s   live 2652 B in 22 blocks   tracer 4096 B");
        assertThat(model.rows()).extracting(TopRow::name).containsExactly("com/acme/Parser.java:42");
        assertThat(model.groups()).isEqualTo(2);
    }
}
