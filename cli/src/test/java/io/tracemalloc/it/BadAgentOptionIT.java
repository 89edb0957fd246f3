package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A mistake in the agent's options ends the launch with one line. */
final class BadAgentOptionIT {

    private static final Subject EXITS = Subject.of("known.Exits");

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "17; frames=0x; frames",
                "25; frames=0x; frames",
                "17; frames=65536; frames",
                "17; frames=-1; frames",
                "17; nonsense=1; nonsense",
                "17; interval=0; interval",
                "17; interval=12q; interval",
                "17; live=maybe; live",
                "17; backend=nosuch; backend"
            })
    void endsWithOneLineBeforeMain(int feature, String options, String named) {
        Forked.Ended ended = new Forked(JavaHome.of(feature))
                .agent(options)
                .main(EXITS, "return")
                .run();

        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err().lines())
                .singleElement()
                .asString()
                .startsWith("tracemalloc: ")
                .contains(named);
    }

    @Test
    void zeroLoadsTheAgentWithoutTracing() {
        Forked.Ended ended =
                new Forked(JavaHome.of(17)).agent("0").main(EXITS, "return").run();

        assertThat(ended.status()).isZero();
        assertThat(ended.err()).isEqualTo("err\n");
    }

    @Test
    void readsTheEnvironmentWhereTheAgentHasNoArgument() {
        Forked.Ended ended = new Forked(JavaHome.of(17))
                .environment("TRACEMALLOC", "frames=zero")
                .agent("")
                .main(EXITS, "return")
                .run();

        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.err().lines()).singleElement().asString().contains("zero");
    }
}
