package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetConnectorTest {

    private final StringWriter err = new StringWriter();
    private final Terminal onATerminal =
            new Terminal(new PrintWriter(new StringWriter()), new PrintWriter(err), true, true, Map.of());

    @Test
    void keepsTokensFromProcessesThatNeedNone() {
        Connector connector = new TargetConnector(Map.of("token-file", "app.token", "timeout", "1"), onATerminal);

        // No process has this id: what matters is that the token does not stand in the way.
        assertThatIOException()
                .isThrownBy(() -> connector.connect("999999999").close())
                .withMessageNotContaining("token-file");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void tellsInOneLineWhatIsNoTarget() {
        Connector connector = new TargetConnector(Map.of(), onATerminal);

        assertThatIOException()
                .isThrownBy(() -> connector.connect("not a target").close())
                .withMessageStartingWith("not a target: is neither a process id nor an address");
    }
}
