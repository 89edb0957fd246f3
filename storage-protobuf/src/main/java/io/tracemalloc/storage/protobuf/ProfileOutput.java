package io.tracemalloc.storage.protobuf;

import java.io.IOException;
import java.io.OutputStream;

/** Fields of the outermost message on their way to a stream. */
final class ProfileOutput {

    private static final int FLUSH_BYTES = 1 << 16;

    private final WireWriter buffer = new WireWriter();
    private final OutputStream out;

    ProfileOutput(OutputStream out) {
        this.out = out;
    }

    void message(int field, WireWriter content) throws IOException {
        buffer.message(field, content);
        flushIfLarge();
    }

    void text(int field, String value) throws IOException {
        buffer.text(field, value);
        flushIfLarge();
    }

    void number(int field, long value) {
        buffer.number(field, value);
    }

    /** A number of a repeated field or one whose 0 matters. */
    void element(int field, long value) throws IOException {
        buffer.element(field, value);
        flushIfLarge();
    }

    void flush() throws IOException {
        buffer.drainTo(out);
    }

    private void flushIfLarge() throws IOException {
        if (buffer.size() >= FLUSH_BYTES) {
            flush();
        }
    }
}
