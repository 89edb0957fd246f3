package io.tracemalloc.cli;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Standard output that ends the command at the first failed write.
 *
 * <p>A {@link java.io.PrintWriter} swallows an {@link IOException}; a command would go on computing rows that nobody
 * reads, and would call a full disk a success. An unchecked exception passes through it.
 */
final class ResultStream extends OutputStream {

    /** What does the work of a method. */
    @FunctionalInterface
    private interface Action {

        void run() throws IOException;
    }

    private final OutputStream out;

    /** The command has been told, and what a buffer still holds is lost with the rest. */
    private boolean broken;

    ResultStream(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) {
        run(() -> out.write(b));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        run(() -> out.write(bytes, offset, length));
    }

    @Override
    public void flush() {
        run(out::flush);
    }

    private void run(Action action) {
        if (broken) {
            return;
        }
        try {
            action.run();
        } catch (IOException e) {
            broken = true;
            throw new Broken(e);
        }
    }

    /** Standard output took no more. */
    static final class Broken extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Broken(IOException cause) {
            super(cause);
        }

        /** Whether the reader has left, as {@code head} does, which is no failure. */
        boolean readerLeft() {
            String message =
                    String.valueOf(getCause() == null ? null : getCause().getMessage());
            return message.contains("Broken pipe")
                    || message.contains("Connection reset")
                    || message.contains("pipe is being closed")
                    || message.contains("pipe has been ended");
        }

        String reason() {
            return getCause() == null ? "write failed" : Messages.of(getCause());
        }
    }
}
