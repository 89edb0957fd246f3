package io.tracemalloc.cli.attach;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Sends SIGQUIT, with the help of other programs: Java sends no signals but those that end a process. */
final class QuitSignal {

    private QuitSignal() {}

    /** Sends it to this process. */
    static void send(JavaProcess process) throws IOException {
        send(process, "/bin/sh", "kill");
    }

    /** As above, by this shell, which has the command built in, or else by this program. An image may lack either. */
    static void send(JavaProcess process, String shell, String kill) throws IOException {
        Process sending;
        try {
            sending = start(shell, "-c", "kill -QUIT " + process);
        } catch (IOException noShell) {
            try {
                sending = start(kill, "-QUIT", process.toString());
            } catch (IOException neither) {
                throw new IOException(
                        process + ": cannot send SIGQUIT, for there is neither /bin/sh nor kill here: attach from"
                                + " outside the container, or run 'jcmd " + process + " VM.version' once",
                        neither);
            }
        }
        await(sending, process);
    }

    private static Process start(String... command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static void await(Process sending, JavaProcess process) throws IOException {
        try {
            sending.getOutputStream().close();
            String words = new String(sending.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (sending.waitFor() != 0) {
                throw new IOException(process + ": cannot send SIGQUIT: " + words);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException(process + ": interrupted", stop);
        }
    }
}
