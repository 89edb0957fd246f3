package io.tracemalloc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TracebackTest {

    @Test
    void namesFunctionsThatBelongToNoClass() {
        Traceback traceback = Traceback.of(
                new Frame("", "leaf", "/src/program.c", 4),
                new Frame("", "0x561ac5ecb090", "./program", 0),
                new Frame("", "", "library.c", 7));

        assertThat(traceback.format())
                .containsExactly("  at leaf(program.c:4)", "  at 0x561ac5ecb090(program)", "  at library.c:7");
    }
}
