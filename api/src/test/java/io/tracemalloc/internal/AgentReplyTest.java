package io.tracemalloc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tracemalloc.TracedMemory;
import io.tracemalloc.spi.RemoteStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AgentReplyTest {

    private static final RemoteStatus STATUS = new RemoteStatus(
            true,
            25,
            524_288,
            "bytebuddy",
            new TracedMemory(10, 20, true),
            30,
            40,
            50,
            "OpenJDK = 17",
            "com.acme.Main",
            Duration.ofMillis(60));

    @Test
    void bringsTheStatusAcross() {
        assertThat(AgentReply.read(AgentReply.ok(STATUS, ""))).isEqualTo(STATUS);
    }

    @Test
    void bringsTheNoteAcross() {
        assertThat(AgentReply.note(AgentReply.ok(STATUS, ""))).isEmpty();
        assertThat(AgentReply.note(AgentReply.ok(STATUS, "a = b,\nc"))).isEqualTo("a = b, c");
        assertThat(AgentReply.read(AgentReply.ok(STATUS, "a note"))).isEqualTo(STATUS);
    }

    @Test
    void bringsTheErrorAcrossInOneLine() {
        assertThatIllegalStateException()
                .isThrownBy(() -> AgentReply.read(AgentReply.error("it is\nnot traced")))
                .withMessage("it is not traced");
    }

    @Test
    void refusesWhatIsCutOff() {
        String whole = AgentReply.ok(STATUS, "");
        for (int length = 0; length < whole.length(); length++) {
            String part = whole.substring(0, length);

            assertThatIllegalArgumentException().isThrownBy(() -> AgentReply.read(part));
        }
    }
}
