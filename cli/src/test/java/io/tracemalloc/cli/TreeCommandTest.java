package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeCommandTest {

    @TempDir
    Path directory;

    private String branches() {
        return Samples.exact()
                .add("byte[]", 6, 600, "Leaf left 1", "Mid both 2", "Main main 3")
                .add("byte[]", 3, 300, "Leaf right 1", "Mid both 2", "Main main 4")
                .add("byte[]", 1, 96, "Other alone 9")
                .add("byte[]", 1, 4, "Speck tiny 9")
                .in(directory, "branches.pb.gz");
    }

    @Test
    void indentsWhereTheTreeBranches() {
        CommandRun run = CommandRun.of("tree", branches());

        assertThat(run.out()).isEqualTo("""
                      size    share           blocks  call
                    1000 B  100.0 %               11  all
                     900 B   90.0 %                9    Main.main
                     900 B   90.0 %                9    Mid.both
                     600 B   60.0 %                6      Leaf.left
                     300 B   30.0 %                3      Leaf.right
                      96 B    9.6 %                1    Other.alone
                """);
        assertThat(run.status()).isZero();
    }

    @Test
    void sumsUpWhatIsBelowTheThreshold() {
        CommandRun run = CommandRun.of("tree", branches(), "--min-percent", "10");

        assertThat(run.out().lines().skip(5))
                .containsExactly(
                        "     300 B   30.0 %                3      Leaf.right",
                        "     100 B   10.0 %                2    (2 smaller calls)");
    }

    @Test
    void tellsLinesApart() {
        CommandRun run = CommandRun.of("tree", branches(), "--lines", "--min-percent", "20");

        assertThat(run.out().lines().skip(2))
                .containsExactly(
                        "     600 B   60.0 %                6    Main.main(Main.java:3)",
                        "     600 B   60.0 %                6    Mid.both(Mid.java:2)",
                        "     600 B   60.0 %                6    Leaf.left(Leaf.java:1)",
                        "     300 B   30.0 %                3    Main.main(Main.java:4)",
                        "     300 B   30.0 %                3    Mid.both(Mid.java:2)",
                        "     300 B   30.0 %                3    Leaf.right(Leaf.java:1)");
    }

    @Test
    void beginsAtTheSitesWhenInverted() {
        CommandRun run = CommandRun.of("tree", branches(), "--inverted", "--min-percent", "20");

        assertThat(run.out().lines().skip(2))
                .containsExactly(
                        "     600 B   60.0 %                6    Leaf.left",
                        "     600 B   60.0 %                6    Mid.both",
                        "     600 B   60.0 %                6    Main.main",
                        "     300 B   30.0 %                3    Leaf.right",
                        "     300 B   30.0 %                3    Mid.both",
                        "     300 B   30.0 %                3    Main.main");
    }

    @Test
    void endsAtTheDepthAskedFor() {
        assertThat(CommandRun.of("tree", branches(), "--depth", "1").out().lines())
                .hasSize(4)
                .last()
                .asString()
                .endsWith("Other.alone");
    }

    @Test
    void putsCutTracebacksUnderOneNode() {
        String file = Samples.exact().add("byte[]", 1, 16, 30, "A a 1", "B b 2").in(directory, "cut.pb.gz");

        assertThat(CommandRun.of("tree", file).out().lines().skip(2))
                .containsExactly(
                        "      16 B  100.0 %                1    ... (older frames beyond the traceback limit)",
                        "      16 B  100.0 %                1    B.b", "      16 B  100.0 %                1    A.a");
    }

    @Test
    void survivesVeryDeepRecursion() {
        String[] calls = new String[60_000];
        for (int i = 0; i < calls.length; i++) {
            calls[i] = "R r" + i % 7 + " 1";
        }
        String file = Samples.exact().add("byte[]", 1, 16, calls).in(directory, "deep.pb.gz");

        assertThat(CommandRun.of("tree", file).out().lines()).hasSize(60_002);
    }

    @Test
    void refusesAThresholdThatIsNoPercentage() {
        CommandRun run = CommandRun.of("tree", "x", "--min-percent", "101");

        assertThat(run.err()).isEqualTo("tracemalloc: --min-percent must be in 0..100, got 101.0\n");
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void printsAnEmptySnapshot() {
        String file = Samples.exact().in(directory, "empty.pb.gz");

        CommandRun run = CommandRun.of("tree", file);

        assertThat(run.out().lines().skip(1)).containsExactly("       0 B    0.0 %                0  all");
        assertThat(run.err()).isEqualTo("tracemalloc: no traces match\n");
    }
}
