package io.tracemalloc.storage.protobuf;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing buffer of protobuf fields. Not safe for several threads at once. */
final class WireWriter {

    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH_DELIMITED = 2;
    static final int FIXED32 = 5;

    private static final int MAX_VARINT_BYTES = 10;

    private byte[] buffer = new byte[256];
    private int size;

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    void drainTo(OutputStream out) throws IOException {
        out.write(buffer, 0, size);
        size = 0;
    }

    /** Makes room, so that this many calls of {@link #putVarint} need not look. */
    void reserveVarints(int count) {
        reserve(count * MAX_VARINT_BYTES);
    }

    /** Appends a varint in room that was reserved. */
    void putVarint(long value) {
        byte[] bytes = buffer;
        int at = size;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
        size = at;
    }

    void varint(long value) {
        reserve(MAX_VARINT_BYTES);
        putVarint(value);
    }

    /** A number; 0 is left out, as proto3 does. */
    void number(int field, long value) {
        if (value != 0) {
            tag(field, VARINT);
            varint(value);
        }
    }

    /** A number, 0 too. */
    void element(int field, long value) {
        tag(field, VARINT);
        varint(value);
    }

    void text(int field, String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        bytes(field, utf8, utf8.length);
    }

    /** A message or a packed field with this content. */
    void message(int field, WireWriter content) {
        bytes(field, content.buffer, content.size);
    }

    /** The head of a message whose content of this length follows by other means. */
    void beginMessage(int field, long length) {
        tag(field, LENGTH_DELIMITED);
        varint(length);
    }

    /** Fields that were encoded elsewhere. */
    void fields(WireWriter encoded) {
        append(encoded.buffer, encoded.size);
    }

    static long zigzag(long value) {
        return (value << 1) ^ (value >> 63);
    }

    private void bytes(int field, byte[] content, int length) {
        beginMessage(field, length);
        append(content, length);
    }

    private void append(byte[] content, int length) {
        reserve(length);
        System.arraycopy(content, 0, buffer, size, length);
        size += length;
    }

    private void tag(int field, int wireType) {
        varint((long) field << 3 | wireType);
    }

    private void reserve(int more) {
        if (buffer.length - size < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + more));
        }
    }
}
