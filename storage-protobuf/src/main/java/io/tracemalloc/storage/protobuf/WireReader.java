package io.tracemalloc.storage.protobuf;

import io.tracemalloc.SnapshotFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Protobuf fields from a stream, through a buffer of fixed size. Lengths are believed only as far as the enclosing
 * message and the input go. Not safe for several threads at once.
 */
final class WireReader {

    /** Longest text: names of the JVM have at most 65,535 bytes, attributes may hold a command line. */
    static final int MAX_TEXT_BYTES = 1 << 20;

    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int next;
    private int end;
    /** Place of {@code buffer[0]} in the input. */
    private long base;
    /** Where the current message ends; {@code Long.MAX_VALUE} for the outermost. */
    private long limit = Long.MAX_VALUE;

    private int tag;

    WireReader(InputStream in) {
        this.in = in;
    }

    long position() {
        return base + next;
    }

    /** Goes to the next field of the current message. */
    boolean nextField() throws IOException {
        if (!hasMore()) {
            return false;
        }
        long value = varint();
        if (value >>> 3 == 0 || value >>> 32 != 0) {
            throw damaged("field number " + (value >>> 3));
        }
        tag = (int) value;
        return true;
    }

    int field() {
        return tag >>> 3;
    }

    /** Whether the current message, or the input, goes on. */
    boolean hasMore() throws IOException {
        long position = position();
        if (position > limit) {
            throw damaged("field longer than its message");
        }
        return position < limit && (next < end || fill());
    }

    /** Starts a message or packed field. Its end is the result, to be given to {@link #leave}. */
    long enter() throws IOException {
        require(WireWriter.LENGTH_DELIMITED);
        return narrow(varint());
    }

    void leave(long outerLimit) throws IOException {
        if (position() != limit) {
            throw damaged("field longer than its message");
        }
        limit = outerLimit;
    }

    private long narrow(long length) throws IOException {
        long outer = limit;
        if (length < 0 || length > outer - position()) {
            throw damaged("length " + Long.toUnsignedString(length) + " in a message that is shorter");
        }
        limit = position() + length;
        return outer;
    }

    long number() throws IOException {
        require(WireWriter.VARINT);
        return varint();
    }

    /** Adds the values of a repeated field, packed or not, at most {@code most} altogether. */
    void numbers(LongList values, int most) throws IOException {
        if (isPacked()) {
            long outer = enter();
            while (hasMore()) {
                addBuffered(values, most);
            }
            leave(outer);
        } else {
            require(WireWriter.VARINT);
            add(values, most, varint());
        }
    }

    /** Adds the values that begin in the buffer; most of them are one byte. */
    private void addBuffered(LongList values, int most) throws IOException {
        int stop = (int) Math.min(end, limit - base);
        while (next < stop) {
            byte first = buffer[next];
            if (first >= 0) {
                next++;
                add(values, most, first);
            } else {
                long before = base;
                add(values, most, varint());
                if (base != before) {
                    // The buffer was refilled in the middle of the number.
                    return;
                }
            }
        }
    }

    private static void add(LongList values, int most, long value) throws SnapshotFormatException {
        if (values.size() == most) {
            throw new SnapshotFormatException("expected at most " + most + " numbers in one list, found more");
        }
        values.add(value);
    }

    private boolean isPacked() {
        return wireType() == WireWriter.LENGTH_DELIMITED;
    }

    String text() throws IOException {
        require(WireWriter.LENGTH_DELIMITED);
        long length = varint();
        if (length < 0 || length > MAX_TEXT_BYTES) {
            throw new SnapshotFormatException("expected texts of at most " + MAX_TEXT_BYTES + " bytes, found one of "
                    + Long.toUnsignedString(length));
        }
        long outer = narrow(length);
        String text = end - next >= length ? inBuffer((int) length) : across((int) length);
        leave(outer);
        return text;
    }

    private String inBuffer(int length) {
        String text = new String(buffer, next, length, StandardCharsets.UTF_8);
        next += length;
        return text;
    }

    private String across(int length) throws IOException {
        byte[] bytes = new byte[length];
        for (int have = 0; have < length; ) {
            have += copy(bytes, have, length - have);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Copies the content of the current length-delimited field. */
    void copyTo(ByteSpool spool) throws IOException {
        require(WireWriter.LENGTH_DELIMITED);
        long length = varint();
        long outer = narrow(length);
        spool.begin(length);
        for (long left = length; left > 0; ) {
            int part = available(left);
            spool.append(buffer, next, part);
            next += part;
            left -= part;
        }
        leave(outer);
    }

    void skip() throws IOException {
        switch (wireType()) {
            case WireWriter.VARINT -> varint();
            case WireWriter.FIXED64 -> skip(Long.BYTES);
            case WireWriter.FIXED32 -> skip(Integer.BYTES);
            case WireWriter.LENGTH_DELIMITED -> skip(varint());
            default -> throw damaged("wire type " + wireType());
        }
    }

    private void skip(long length) throws IOException {
        long outer = narrow(length);
        for (long left = length; left > 0; ) {
            int part = available(left);
            next += part;
            left -= part;
        }
        leave(outer);
    }

    private long varint() throws IOException {
        if (end - next < 10) {
            return slowVarint();
        }
        byte[] bytes = buffer;
        int at = next;
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte part = bytes[at++];
            value |= (part & 0x7FL) << shift;
            if (part >= 0) {
                next = at;
                return value;
            }
        }
        throw damaged("number of more than 10 bytes");
    }

    private long slowVarint() throws IOException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            available(1);
            byte part = buffer[next++];
            value |= (part & 0x7FL) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw damaged("number of more than 10 bytes");
    }

    private int wireType() {
        return tag & 7;
    }

    private void require(int wireType) throws SnapshotFormatException {
        if (wireType() != wireType) {
            throw damaged("wire type " + wireType() + " for field " + field());
        }
    }

    private int copy(byte[] target, int at, int length) throws IOException {
        int part = available(length);
        System.arraycopy(buffer, next, target, at, part);
        next += part;
        return part;
    }

    /** How many of the wanted bytes are in the buffer now; at least one. */
    private int available(long wanted) throws IOException {
        if (next == end && !fill()) {
            throw new SnapshotFormatException("expected a whole snapshot, found one cut off at byte " + position());
        }
        return (int) Math.min(wanted, end - next);
    }

    private boolean fill() throws IOException {
        base += end;
        next = 0;
        end = Math.max(in.read(buffer), 0);
        return end > 0;
    }

    private SnapshotFormatException damaged(String found) {
        return new SnapshotFormatException(
                "expected a snapshot (pprof heap profile), found at byte " + position() + ": " + found);
    }
}
