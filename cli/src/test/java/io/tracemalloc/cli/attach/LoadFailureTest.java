package io.tracemalloc.cli.attach;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadFailureTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Dynamic agent loading is not enabled. Use -XX:+EnableDynamicAgentLoading to launch target VM."
                        + " | its JVM loads no agents (JEP 451, -XX:-EnableDynamicAgentLoading)",
                "return code: 100 | its JVM cannot read the agent /tmp/a.jar",
                "return code: 102 | the agent did not start there; the standard error of the program says why",
                "return code: 0 | the agent there gave no answer; the standard error of the program says why",
                "instrument was not loaded. | its Java runtime lacks the module java.instrument",
                "Something else. | its JVM did not load the agent: Something else.",
            })
    void tellsWhyAndWhatToDo(String answer, String words) {
        assertThat(LoadFailure.of(new AttachChannel.Answer(0, answer + "\n"), "/tmp/a.jar"))
                .startsWith(words)
                .doesNotContain("\n");
    }
}
