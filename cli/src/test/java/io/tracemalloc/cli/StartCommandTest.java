package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.TraceOptions;
import io.tracemalloc.internal.AgentOption;
import io.tracemalloc.internal.AgentOptions;
import org.junit.jupiter.api.Test;

class StartCommandTest {

    @Test
    void hasEveryOptionOfASession() {
        assertThat(AgentOptions.values(TraceOptions.DEFAULTS).keySet())
                .extracting(AgentOption::optionName)
                .allMatch(option -> help().contains("--" + option));
    }

    private static String help() {
        return CommandRun.of("start", "--help").out();
    }
}
