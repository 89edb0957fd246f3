package io.tracemalloc.statistic;

import static io.tracemalloc.SnapshotFixture.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Traceback;
import org.junit.jupiter.api.Test;

class StatisticTest {

    private static final Traceback SITE = Traceback.of(at("com/acme/Foo.java", 42));

    @Test
    void printsAsTracemallocDoes() {
        Statistic statistic = new Statistic(SITE, SITE.toString(), 597_000, 14_994, false);

        assertThat(statistic).hasToString("com/acme/Foo.java:42: size=583 KiB, count=14994, average=40 B");
        assertThat(statistic.average()).isEqualTo(597_000.0 / 14_994);
    }

    @Test
    void leavesOutTheAverageOfNoBlocks() {
        Statistic statistic = new Statistic(Traceback.EMPTY, "byte[]", 0, 0, false);

        assertThat(statistic).hasToString("byte[]: size=0 B, count=0");
        assertThat(statistic.average()).isZero();
    }

    @Test
    void printsAnUnknownNameAsSuch() {
        assertThat(new Statistic(Traceback.EMPTY, "", 16, 1, false))
                .hasToString("<unknown>: size=16 B, count=1, average=16 B");
    }

    @Test
    void printsDifferencesWithTheirSigns() {
        assertThat(new StatisticDiff(SITE, SITE.toString(), 660_480, 660_480, 14_998, 14_998, false))
                .hasToString("com/acme/Foo.java:42: size=645 KiB (+645 KiB), count=14998 (+14998), average=44 B");
        assertThat(new StatisticDiff(SITE, SITE.toString(), 0, -660_480, 0, -14_998, false))
                .hasToString("com/acme/Foo.java:42: size=0 B (-645 KiB), count=0 (-14998)");
        assertThat(new StatisticDiff(SITE, SITE.toString(), 8, 0, 1, 0, false))
                .hasToString("com/acme/Foo.java:42: size=8 B (+0 B), count=1 (+0), average=8 B");
    }
}
