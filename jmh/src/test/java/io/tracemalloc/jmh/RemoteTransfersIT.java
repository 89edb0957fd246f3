package io.tracemalloc.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** That the program transfers what it times. */
final class RemoteTransfersIT {

    @Test
    void transfersTheSnapshotItTimes() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            RemoteTransfers.main(new String[] {"20000", "1"});
        } finally {
            System.setOut(before);
        }

        // Half a megabyte of names and tracebacks, and the traces.
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .containsPattern("(?m)^20000 +\\d{3},\\d{3} .* \\d+\\.\\d\\d$");
    }
}
