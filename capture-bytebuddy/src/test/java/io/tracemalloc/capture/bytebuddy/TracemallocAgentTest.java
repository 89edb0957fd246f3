package io.tracemalloc.capture.bytebuddy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TracemallocAgentTest {

    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Instrumentation instrumentation = (Instrumentation) Proxy.newProxyInstance(
            Instrumentation.class.getClassLoader(), new Class<?>[] {Instrumentation.class}, (proxy, method, given) -> {
                throw new UnsupportedOperationException(method.getName());
            });

    @BeforeEach
    void catchErr() {
        System.setErr(new PrintStream(err, true, UTF_8));
    }

    @AfterEach
    void giveErrBack() {
        System.setErr(realErr);
    }

    @Test
    void saysInOneLineThatTheProgramRunsUntracedWhateverTheAgentThrows() {
        TracemallocAgent.enter(
                (options, jvm) -> {
                    throw new OutOfMemoryError("no room for " + options);
                },
                "25",
                instrumentation);

        assertThat(err.toString(UTF_8))
                .isEqualToNormalizingNewlines(
                        "tracemalloc: the program runs untraced: " + "java.lang.OutOfMemoryError: no room for 25\n");
    }
}
