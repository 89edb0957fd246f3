package io.tracemalloc.cli.attach;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The texts in a file {@code hsperfdata_USER/PID}, in which HotSpot tells about itself to whoever may read it.
 *
 * <pre>
 *  0  ca fe c0 c0 │ byte order, 1 little │ major │ minor │ accessible │ used 4 │ overflow 4 │ time stamp 8 │ first 4 │ entries 4
 *  entry: length 4 │ name at 4 │ elements 4 │ type 1 │ flags 1 │ unit 1 │ variability 1 │ data at 4 │ name │ data
 * </pre>
 */
final class PerformanceData {

    private static final int MAGIC = 0xcafec0c0;
    private static final int HEADER = 32;
    private static final int ENTRY_HEADER = 20;
    private static final int MAX_BYTES = 1 << 22;
    private static final int MAX_ENTRIES = 10_000;

    private PerformanceData() {}

    /** The texts by name; none if the file is not what it should be. Another user may have written anything into it. */
    static Map<String, String> texts(Path file) {
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MAX_BYTES) {
                return Map.of();
            }
            return texts(ByteBuffer.wrap(Files.readAllBytes(file)));
        } catch (IOException | RuntimeException unreadable) {
            return Map.of();
        }
    }

    /** Damage ends in an exception of the buffer. */
    static Map<String, String> texts(ByteBuffer data) {
        Map<String, String> texts = new HashMap<>();
        if (data.remaining() < HEADER || data.order(ByteOrder.BIG_ENDIAN).getInt(0) != MAGIC) {
            return texts;
        }
        data.order(data.get(4) == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int at = data.getInt(24);
        int entries = Math.min(data.getInt(28), MAX_ENTRIES);
        for (int i = 0; i < entries; i++) {
            int length = data.getInt(at);
            if (length < ENTRY_HEADER) {
                return texts;
            }
            if (data.get(at + 12) == 'B' && data.getInt(at + 8) > 0) {
                texts.put(text(data, at + data.getInt(at + 4)), text(data, at + data.getInt(at + 16)));
            }
            at = Math.addExact(at, length);
        }
        return texts;
    }

    private static String text(ByteBuffer data, int start) {
        int end = start;
        while (data.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - start];
        data.get(start, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
