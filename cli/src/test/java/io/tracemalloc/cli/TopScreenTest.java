package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.statistic.GroupBy;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopScreenTest {

    private static final TopState STATE = TopState.of(GroupBy.LINE, TopSort.BYTES, "");
    private static final List<TopRow> ROWS = List.of(
            new TopRow("com/acme/Parser.java:42", 1_843_200, 27_253.4, 4_719_616, 32_773),
            new TopRow("com/acme/Cache.java:9", 3_059, 0.4, 0, 0));

    private static TopModel model(List<TopRow> rows, TopState state) {
        return new TopModel("4711", "4711  com.acme.Main", "allocates 1 MiB/s", rows, 3, "", state);
    }

    private static List<String> render(TopModel model, int width, int height) {
        return TopScreen.render(model, width, height).stream()
                .map(TopScreen.Line::text)
                .toList();
    }

    @Test
    void drawsHeadingRowsAndKeys() {
        assertThat(render(model(ROWS, STATE), 80, 8))
                .containsExactly(
                        "4711  com.acme.Main",
                        "allocates 1 MiB/s",
                        "by line, sorted by bytes/s: 2 of 3 groups",
                        "   bytes/s    blocks/s      live     count  line",
                        "  1800 KiB      27,253  4609 KiB    32,773  com/acme/Parser.java:42",
                        "    3059 B         0.4       0 B         0  com/acme/Cache.java:9",
                        "",
                        "q quit  space pause  g group  b n l c o sort  / filter  ? help");
    }

    @Test
    void fillsAnySizeExactly() {
        List<TopRow> many = IntStream.range(0, 100)
                .mapToObj(i -> new TopRow("com/acme/A.java:" + i, i, i, i, i))
                .toList();
        for (int height = 0; height < 40; height++) {
            for (int width : new int[] {0, 1, 7, 20, 80, 300}) {
                List<String> lines = render(model(many, STATE), width, height);

                int widest = width;
                assertThat(lines).hasSize(height).allMatch(line -> line.length() <= widest);
            }
        }
    }

    @Test
    void keepsTheEndOfANameThatIsTooLong() {
        assertThat(TopScreen.row(ROWS.get(0), 60))
                .isEqualTo("  1800 KiB      27,253  4609 KiB    32,773  ~me/Parser.java:42".substring(0, 45)
                        + "me/Parser.java:42".substring(2))
                .hasSize(60);
    }

    @Test
    void showsTheRowsFromWhereItIsScrolledTo() {
        TopState scrolled = STATE.after('j', 1);

        assertThat(render(model(ROWS, scrolled), 80, 6).get(4)).endsWith("com/acme/Cache.java:9");
        assertThat(render(model(ROWS, scrolled), 80, 20).get(4)).endsWith("com/acme/Parser.java:42");
    }

    @Test
    void showsPauseFilterPromptTroubleAndHelp() {
        assertThat(render(model(ROWS, STATE.after(' ', 1)), 80, 8).get(0)).isEqualTo("[paused]  4711  com.acme.Main");
        TopState typing = STATE.after('/', 1).after('x', 1);
        assertThat(render(model(ROWS, typing), 80, 8).get(7)).isEqualTo("filter: x_");
        assertThat(render(model(ROWS, typing.after('\r', 1)), 80, 8).get(2))
                .isEqualTo("by line, sorted by bytes/s, filter x: 2 of 3 groups");
        assertThat(render(model(ROWS, STATE.after('?', 1)), 100, 20))
                .anyMatch(line -> line.startsWith("g           next"));
        TopModel down = new TopModel("4711", "4711", "", List.of(), 0, "4711: no such process", STATE);
        assertThat(render(down, 80, 8).get(7)).isEqualTo("4711: no such process");
    }

    @Test
    void spellsOutWhatCouldMoveTheCursor() {
        TopRow hostile = new TopRow("A\u001b[2J\n.java:1", 0, 0, 0, 0);

        assertThat(render(model(List.of(hostile), STATE), 80, 8).get(4)).endsWith("  A\\x1b[2J\\n.java:1");
    }
}
