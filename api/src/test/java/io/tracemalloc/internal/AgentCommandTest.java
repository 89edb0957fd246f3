package io.tracemalloc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands to a JVM that does not trace; cli attaches to others. */
final class AgentCommandTest {

    @TempDir
    private Path directory;

    private String answer(String command) throws IOException {
        Path reply = Files.writeString(directory.resolve("reply, with comma"), "what was there before, and is longer");
        AgentCommand.run(options(command, reply));
        return Files.readString(reply);
    }

    private static AgentOptions options(String command, Path reply) {
        return options(command, reply, "");
    }

    private static AgentOptions options(String command, Path reply, String start) {
        Map<AgentOption, String> values = Map.of(
                AgentOption.COMMAND, command, AgentOption.REPLY, reply.toString(), AgentOption.PROCESS_START, start);
        return AgentOptions.parse(AgentOptions.format(values), null);
    }

    @Test
    void tellsTheStatus() throws IOException {
        assertThat(AgentReply.read(answer("status")).tracing()).isFalse();
        assertThat(AgentReply.read(answer("status")).pid())
                .isEqualTo(ProcessHandle.current().pid());
    }

    @Test
    void refusesWhatMakesNoSenseNow() throws IOException {
        for (String command : new String[] {"stop", "clear", "reset-peak"}) {
            assertThat(answer(command)).isEqualTo("error: it is not traced\n");
        }
    }

    @Test
    void refusesCommandsOfALaterVersion() throws IOException {
        assertThat(answer("dance"))
                .isEqualTo(
                        "error: the agent there does not know dance: it is of another version; restart the program to"
                                + " change it\n");
    }

    @Test
    void refusesCommandsForAnotherProcess() throws IOException {
        String own = ProcessStart.of(Path.of("/proc/self"));
        assumeFalse(own.isEmpty(), "needs Linux");
        Path reply = Files.createFile(directory.resolve("reply"));

        AgentCommand.run(options("status", reply, own));
        assertThat(AgentReply.read(Files.readString(reply)).tracing()).isFalse();
        AgentCommand.run(options("status", reply, own + "0"));
        assertThat(reply).content().startsWith("error: another JVM answered, ").hasLineCount(1);
    }

    /** Whoever attached has gone, and took the file along: it must not come back. */
    @Test
    void makesNoFileOfItsOwn() {
        Path absent = directory.resolve("absent");

        AgentCommand.run(options("status", absent));

        assertThat(absent).doesNotExist();
    }

    @Test
    void commandAndReplyBelongTogether() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AgentOptions.parse("command=status", null))
                .withMessage("command and reply belong together");
        assertThatIllegalArgumentException().isThrownBy(() -> AgentOptions.parse("reply=/tmp/x", null));
    }
}
