package io.tracemalloc.storage.protobuf;

import com.google.protobuf.CodedOutputStream;
import io.tracemalloc.Snapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * Reads bombs of 10 GB, one for each table of the format, gzip'ed and plain; run with a small heap by
 * {@link SmallHeapTest}. Prints a line for each.
 */
final class SmallHeapMain {

    private static final long BOMB_BYTES = 10L << 30;

    /** What a bomb repeats. */
    private enum Bomb {
        ZEROS,
        EMPTY_STRINGS,
        LONG_STRINGS,
        SAMPLE_TYPES,
        COMMENTS,
        FUNCTIONS,
        LOCATIONS,
        FOREIGN_SAMPLES,
        OWN_SAMPLES,
        UNKNOWN_FIELDS;

        byte[] unit(int number) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            switch (this) {
                case ZEROS -> out.writeRawBytes(new byte[64]);
                case EMPTY_STRINGS -> out.writeString(Schema.PROFILE_STRING_TABLE, "");
                case LONG_STRINGS -> out.writeString(Schema.PROFILE_STRING_TABLE, "x".repeat(100_000));
                case SAMPLE_TYPES -> out.writeByteArray(Schema.PROFILE_SAMPLE_TYPE, new byte[0]);
                case COMMENTS -> out.writeInt64(Schema.PROFILE_COMMENT, 1);
                case FUNCTIONS -> out.writeByteArray(Schema.PROFILE_FUNCTION, field(1, number + 1));
                case LOCATIONS -> out.writeByteArray(Schema.PROFILE_LOCATION, field(1, number + 1));
                case FOREIGN_SAMPLES, OWN_SAMPLES -> out.writeByteArray(Schema.PROFILE_SAMPLE, ownSample());
                case UNKNOWN_FIELDS -> out.writeByteArray(9999, new byte[1000]);
            }
            out.flush();
            return bytes.toByteArray();
        }

        byte[] start() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            if (this == OWN_SAMPLES) {
                out.writeInt64(Schema.PROFILE_FORMAT_VERSION, 1);
            }
            if (this != ZEROS && this != EMPTY_STRINGS && this != LONG_STRINGS) {
                out.writeByteArray(Schema.PROFILE_SAMPLE_TYPE, field(1, 1));
                out.writeString(Schema.PROFILE_STRING_TABLE, "");
                out.writeString(Schema.PROFILE_STRING_TABLE, "inuse_objects");
            } else if (this != ZEROS) {
                out.writeString(Schema.PROFILE_STRING_TABLE, "");
            }
            out.flush();
            return bytes.toByteArray();
        }

        /** 60,000 blocks of 1, 2, 3, … bytes in as many bytes. */
        private static byte[] ownSample() throws IOException {
            byte[] ones = new byte[60_000];
            Arrays.fill(ones, (byte) 1);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeInt64(Schema.SAMPLE_VALUE, 0);
            out.writeByteArray(Schema.SAMPLE_BLOCK_SIZE, ones);
            out.flush();
            return bytes.toByteArray();
        }

        private static byte[] field(int field, long value) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeInt64(field, value);
            out.flush();
            return bytes.toByteArray();
        }
    }

    public static void main(String[] args) {
        for (Bomb bomb : Bomb.values()) {
            System.out.println(bomb + " gzip: " + outcome(bomb, true));
            if (bomb != Bomb.UNKNOWN_FIELDS) {
                // Fields that nobody knows, not gzip'ed, are no bomb: they are skipped, and take no memory.
                System.out.println(bomb + " plain: " + outcome(bomb, false));
            }
        }
    }

    private static String outcome(Bomb bomb, boolean gzip) {
        try {
            Snapshot snapshot = new ProtobufSnapshotFormat().read(gzip ? gzip(bomb) : plain(bomb));
            return "read " + snapshot.columns().recordCount() + " records";
        } catch (IOException refused) {
            return refused.getClass().getSimpleName() + ": " + refused.getMessage();
        }
    }

    /** A megabyte or more of units. */
    private static byte[] block(Bomb bomb) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; block.size() < 1 << 20; i++) {
            block.write(bomb.unit(i));
        }
        return block.toByteArray();
    }

    private static InputStream plain(Bomb bomb) throws IOException {
        return repeated(bomb.start(), block(bomb), BOMB_BYTES);
    }

    /** Each deflated block ends at a byte and refers to nothing before it, so that it can be repeated. */
    private static InputStream gzip(Bomb bomb) throws IOException {
        byte[] block = block(bomb);
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0});
        head.write(deflated(deflater, bomb.start()));
        byte[] repeated = deflated(deflater, block);
        return repeated(head.toByteArray(), repeated, BOMB_BYTES / block.length * repeated.length);
    }

    private static byte[] deflated(Deflater deflater, byte[] bytes) {
        byte[] target = new byte[bytes.length + 1000];
        deflater.setInput(bytes);
        int length = deflater.deflate(target, 0, target.length, Deflater.FULL_FLUSH);
        return Arrays.copyOf(target, length);
    }

    /** The head, then whole blocks until so many bytes are reached. */
    private static InputStream repeated(byte[] head, byte[] block, long length) {
        long end = head.length + length / block.length * block.length;
        return new InputStream() {
            private long position;

            @Override
            public int read() {
                throw new UnsupportedOperationException("bombs are read by the buffer");
            }

            @Override
            public int read(byte[] target, int from, int wanted) {
                if (position == end) {
                    return -1;
                }
                boolean inHead = position < head.length;
                byte[] source = inHead ? head : block;
                int at = inHead ? (int) position : (int) ((position - head.length) % block.length);
                int count = Math.min(wanted, source.length - at);
                System.arraycopy(source, at, target, from, count);
                position += count;
                return count;
            }
        };
    }

    private SmallHeapMain() {}
}
