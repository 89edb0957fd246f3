package io.tracemalloc.storage.protobuf;

import io.tracemalloc.SnapshotFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The content of a gzip stream (RFC 1952), of several members too.
 *
 * <p>The JDK's own class takes bytes after the end for the end, and knows no limits; this one refuses what is not gzip,
 * and expansion that no snapshot has. Closing frees the inflater and leaves the underlying stream open. Not safe for
 * several threads at once.
 */
final class GzipInput extends InputStream {

    /** Expansion is looked at from here on: a small snapshot of one long recursion may well reach any factor. */
    static final long FREE_BYTES = 128L << 20;

    /** Most bytes out for one byte in beyond that; snapshots have 3 to 20, deflate can do 1,032. */
    static final int MAX_EXPANSION = 100;

    /** Most bytes out: some 10 billion records. */
    static final long MAX_BYTES = 16L << 30;

    private static final int FLAG_CRC = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int FLAGS_RESERVED = 0xE0;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[1 << 16];
    private int next;
    private int end;
    private long bytesIn;
    private long bytesOut;
    private boolean inMember;
    private boolean atEnd;

    GzipInput(InputStream in) {
        this.in = in;
    }

    static boolean startsLikeGzip(byte[] start) {
        return start.length >= 2 && (start[0] & 0xFF) == 0x1F && (start[1] & 0xFF) == 0x8B;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!atEnd) {
            if (!inMember) {
                readHeader();
            }
            int count = inflate(target, from, length);
            if (count > 0) {
                return count;
            }
        }
        return -1;
    }

    @Override
    public void close() {
        inflater.end();
    }

    private int inflate(byte[] target, int from, int length) throws IOException {
        try {
            int count = inflater.inflate(target, from, length);
            while (count == 0 && !inflater.finished()) {
                feed();
                count = inflater.inflate(target, from, length);
            }
            crc.update(target, from, count);
            count(count);
            if (count == 0) {
                finishMember();
            }
            return count;
        } catch (DataFormatException damage) {
            throw new SnapshotFormatException("expected gzip'ed data, found damage near byte " + bytesIn, damage);
        }
    }

    private void feed() throws IOException {
        require();
        inflater.setInput(buffer, next, end - next);
        next = end;
    }

    private void count(int count) throws SnapshotFormatException {
        bytesOut += count;
        if (bytesOut > MAX_BYTES || bytesOut > FREE_BYTES + MAX_EXPANSION * bytesIn) {
            throw new SnapshotFormatException("expected a snapshot, found a decompression bomb: " + bytesIn
                    + " bytes expand to more than " + (bytesOut - count));
        }
    }

    private void finishMember() throws IOException {
        next = end - inflater.getRemaining();
        long length = inflater.getBytesWritten() & 0xFFFF_FFFFL;
        if (readInt() != crc.getValue()) {
            throw new SnapshotFormatException("expected gzip'ed data, found a wrong checksum: the file is damaged");
        }
        if (readInt() != length) {
            throw new SnapshotFormatException("expected gzip'ed data, found a wrong length: the file is damaged");
        }
        inMember = false;
        atEnd = !hasByte();
    }

    private void readHeader() throws IOException {
        if (readByte() != 0x1F || readByte() != 0x8B || readByte() != 8) {
            throw new SnapshotFormatException(
                    bytesOut == 0
                            ? "expected gzip'ed data, found another kind of compression"
                            : "expected the end of the snapshot, found more bytes behind it");
        }
        int flags = readByte();
        if ((flags & FLAGS_RESERVED) != 0) {
            throw new SnapshotFormatException("expected gzip'ed data, found an unknown header flag");
        }
        skip(6);
        if ((flags & FLAG_EXTRA) != 0) {
            skip(readByte() | readByte() << 8);
        }
        if ((flags & FLAG_NAME) != 0) {
            skipText();
        }
        if ((flags & FLAG_COMMENT) != 0) {
            skipText();
        }
        if ((flags & FLAG_CRC) != 0) {
            skip(2);
        }
        crc.reset();
        inflater.reset();
        inMember = true;
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            readByte();
        }
    }

    private void skipText() throws IOException {
        while (readByte() != 0) {
            // The name says nothing about the content.
        }
    }

    private long readInt() throws IOException {
        return readByte() | readByte() << 8 | readByte() << 16 | (long) readByte() << 24;
    }

    private int readByte() throws IOException {
        require();
        return buffer[next++] & 0xFF;
    }

    private void require() throws IOException {
        if (!hasByte()) {
            throw new SnapshotFormatException(
                    "expected a whole snapshot, found one cut off after " + bytesIn + " bytes");
        }
    }

    private boolean hasByte() throws IOException {
        if (next == end) {
            next = 0;
            end = Math.max(in.read(buffer), 0);
            bytesIn += end;
        }
        return next < end;
    }
}
