package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChildTest {

    private final StringWriter err = new StringWriter();
    private final Terminal terminal =
            new Terminal(new PrintWriter(new StringWriter()), new PrintWriter(err), false, false, Map.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cannot run program \"x\": error=2, No such file or directory",
                "Cannot run program \"x\": Exec failed, error: 2 (No such file or directory) "
            })
    void doesNotFindACommand(String message) {
        Child child = Child.notLaunched("x", message, terminal);

        assertThat(err).hasToString("tracemalloc: x: command not found\n");
        assertThat(child.exitStatus()).isEqualTo(127);
        assertThat(child.launched()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cannot run program \"x\": error=13, Permission denied",
                "Cannot run program \"x\": Exec failed, error: 13 (Permission denied) "
            })
    void cannotExecuteAFile(String message) {
        Child child = Child.notLaunched("x", message, terminal);

        assertThat(err).hasToString("tracemalloc: x: Permission denied\n");
        assertThat(child.exitStatus()).isEqualTo(126);
    }

    @Test
    void passesOnWhatItDoesNotKnow() {
        Child child = Child.notLaunched("x", "no room for a process", terminal);

        assertThat(err).hasToString("tracemalloc: x: no room for a process\n");
        assertThat(child.exitStatus()).isEqualTo(126);
    }
}
