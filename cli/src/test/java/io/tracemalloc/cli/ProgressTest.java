package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ProgressTest {

    private final StringWriter err = new StringWriter();

    @Test
    @Timeout(30)
    void tellsAfterASecondAndErasesItself() {
        int result = Progress.during(terminal(true), "reading x", () -> {
            while (!err.toString().contains("reading x, 1 s")) {
                Thread.onSpinWait();
            }
            return 7;
        });

        assertThat(result).isEqualTo(7);
        assertThat(err.toString())
                .startsWith("\r\u001b[Ktracemalloc: reading x, 1 s")
                .endsWith("\r\u001b[K");
    }

    @Test
    void saysNothingOfQuickWork() {
        Progress.during(terminal(true), "reading x", () -> 7);

        assertThat(err).hasToString("");
    }

    @Test
    @Timeout(30)
    void saysNothingWithoutATerminal() {
        long end = System.nanoTime() + 1_600_000_000L;

        Progress.during(terminal(false), "reading x", () -> {
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            return 7;
        });

        assertThat(err).hasToString("");
    }

    private Terminal terminal(boolean isTerminal) {
        return new Terminal(
                new PrintWriter(new StringWriter()), new PrintWriter(err), isTerminal, isTerminal, Map.of());
    }
}
