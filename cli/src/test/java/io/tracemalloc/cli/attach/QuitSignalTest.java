package io.tracemalloc.cli.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** SIGQUIT to a program, by what is there to send it. */
final class QuitSignalTest {

    private static final String ABSENT = "/nowhere/to/be/found";
    private static final String PENDING_QUIT = "(?m)^ShdPnd:\\s+0*4$";

    private Process sleeping;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "attaching needs Linux");
        sleeping = new ProcessBuilder("sleep", "300").start();
    }

    @AfterEach
    void end() {
        sleeping.destroyForcibly();
    }

    /** The JVM's threads block SIGQUIT and its children inherit that, so the signal waits. */
    private void assertSent() throws IOException {
        assertThat(Path.of("/proc", Long.toString(sleeping.pid()), "status"))
                .content()
                .containsPattern(PENDING_QUIT);
    }

    @Test
    void isSentByAShell() throws IOException {
        QuitSignal.send(JavaProcess.of(sleeping.pid()), "/bin/sh", ABSENT);

        assertSent();
    }

    @Test
    void isSentWithoutAShell() throws IOException {
        QuitSignal.send(JavaProcess.of(sleeping.pid()), ABSENT, "kill");

        assertSent();
    }

    @Test
    void namesTheCureWhereNothingCanSendIt() {
        long pid = sleeping.pid();
        assertThatIOException()
                .isThrownBy(() -> QuitSignal.send(JavaProcess.of(pid), ABSENT, ABSENT))
                .withMessage(pid + ": cannot send SIGQUIT, for there is neither /bin/sh nor kill here:"
                        + " attach from outside the container, or run 'jcmd " + pid + " VM.version' once");
        assertThat(sleeping.isAlive()).isTrue();
    }
}
