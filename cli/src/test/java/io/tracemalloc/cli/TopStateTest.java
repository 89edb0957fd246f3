package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.statistic.GroupBy;
import org.junit.jupiter.api.Test;

class TopStateTest {

    private static final TopState START = TopState.of(GroupBy.LINE, TopSort.BYTES, "");

    /** The state after these keys, with ten rows on a screen. */
    private static TopState after(String keys) {
        return keys.chars().boxed().reduce(START, (state, key) -> state.after(key, 10), (a, b) -> b);
    }

    @Test
    void sortsByTheColumnOfAKey() {
        assertThat(after("l").sort()).isEqualTo(TopSort.LIVE);
        assertThat(after("n").sort()).isEqualTo(TopSort.BLOCKS);
        assertThat(after("c").sort()).isEqualTo(TopSort.COUNT);
        assertThat(after("o").sort()).isEqualTo(TopSort.NAME);
        assertThat(after("ob").sort()).isEqualTo(TopSort.BYTES);
    }

    @Test
    void goesThroughTheGroupings() {
        assertThat(after("g").groupBy()).isEqualTo(GroupBy.CLASS);
        assertThat(after("ggg").groupBy()).isEqualTo(GroupBy.PACKAGE);
        assertThat(after("gggg").groupBy()).isEqualTo(GroupBy.LINE);
        assertThat(after("3").groupBy()).isEqualTo(GroupBy.METHOD);
    }

    @Test
    void pausesAndQuits() {
        assertThat(after(" ").paused()).isTrue();
        assertThat(after(" p").paused()).isFalse();
        assertThat(after("q").quit()).isTrue();
        assertThat(after("/q").quit()).isFalse();
        assertThat(after("/q\u0003").quit()).isTrue();
    }

    @Test
    void takesAFilterThatIsTypedAndKeepsTheOldOneWhenItIsGivenUp() {
        assertThat(after("/byt").typed()).contains("byt");
        assertThat(after("/bytq\u007fe\r").filter()).isEqualTo("byte");
        assertThat(after("/byte\r").typed()).isEmpty();
        assertThat(after("/byte\r/x").typed()).contains("bytex");
        assertThat(after("/byte\r/\u0015int\r").filter()).isEqualTo("int");
        assertThat(after("/byte\r/x").after(TopState.ESCAPE, 10).filter()).isEqualTo("byte");
        assertThat(after("/byte\r").after(TopState.ESCAPE, 10).filter()).isEmpty();
        assertThat(after("/\u007f\u007f\r").filter()).isEmpty();
    }

    @Test
    void refusesAFilterThatIsNoneAndLetsItBeMended() {
        TopState refused = after("/line=x\r");

        assertThat(refused.problem()).isEqualTo("line must be a number of 0 or more, got x");
        assertThat(refused.typed()).contains("line=x");
        assertThat(refused.filter()).isEmpty();
        assertThat(refused.after(127, 10).after('7', 10).after('\r', 10).filter())
                .isEqualTo("line=7");
    }

    @Test
    void readsKeysOfAnyScriptAndNoControlCharacters() {
        assertThat(START.after('/', 10).after(0x1F600, 10).after(0x07, 10).typed())
                .contains("\uD83D\uDE00");
        assertThat(START.after('/', 10).after(0x1F600, 10).after(127, 10).typed())
                .contains("");
    }

    @Test
    void scrollsWithinBounds() {
        assertThat(after("jjk").scroll()).isEqualTo(1);
        assertThat(after("k").scroll()).isZero();
        assertThat(START.after(TopState.PAGE_DOWN, 10)
                        .after(TopState.PAGE_DOWN, 10)
                        .scroll())
                .isEqualTo(20);
        assertThat(START.after(TopState.PAGE_DOWN, 10).scrolledAtMost(3).scroll())
                .isEqualTo(3);
        assertThat(START.after(TopState.PAGE_DOWN, 10).after(TopState.HOME, 10).scroll())
                .isZero();
        assertThat(after("jjg").scroll()).isZero();
    }

    @Test
    void showsHelpUntilAKey() {
        assertThat(after("?").help()).isTrue();
        assertThat(after("?l").help()).isFalse();
        assertThat(after("?l").sort()).isEqualTo(TopSort.BYTES);
        assertThat(after("?q").quit()).isTrue();
    }
}
