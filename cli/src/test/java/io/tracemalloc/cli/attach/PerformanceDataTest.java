package io.tracemalloc.cli.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerformanceDataTest {

    @TempDir
    Path directory;

    @Test
    void readsTextsAndSkipsNumbers() {
        ByteBuffer data = data();

        assertThat(PerformanceData.texts(data))
                .containsOnlyKeys("sun.rt.javaCommand")
                .containsEntry("sun.rt.javaCommand", "com.acme.Main x");
    }

    /** Anybody may have written the file. */
    @Test
    void survivesWhateverIsInTheFile() throws IOException {
        Random random = new Random(3);
        Path file = directory.resolve("data");
        byte[] good = data().array();
        for (int round = 0; round < 500; round++) {
            byte[] bad = good.clone();
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                bad[4 + random.nextInt(bad.length - 4)] = (byte) random.nextInt(256);
            }
            Files.write(file, bad);

            assertThat(PerformanceData.texts(file)).isNotNull();
        }
        assertThat(PerformanceData.texts(Files.write(file, new byte[0]))).isEmpty();
        assertThat(PerformanceData.texts(directory)).isEmpty();
        assertThat(PerformanceData.texts(directory.resolve("absent"))).isEmpty();
        assertThat(PerformanceData.texts(Files.createSymbolicLink(directory.resolve("link"), file)))
                .isEmpty();
    }

    private static ByteBuffer data() {
        ByteBuffer data = ByteBuffer.allocate(200);
        data.putInt(0, 0xcafec0c0).put(4, (byte) 1).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(24, 32).putInt(28, 2);
        entry(data, 32, 60, 'J', 0, "sun.os.hrt.frequency", new byte[8]);
        byte[] text = "com.acme.Main x\0".getBytes(StandardCharsets.US_ASCII);
        entry(data, 92, 80, 'B', text.length, "sun.rt.javaCommand", text);
        return data;
    }

    private static void entry(ByteBuffer data, int at, int length, char type, int elements, String name, byte[] value) {
        data.putInt(at, length).putInt(at + 4, 20).putInt(at + 8, elements).put(at + 12, (byte) type);
        int valueAt = 20 + name.length() + 1;
        data.putInt(at + 16, valueAt);
        data.put(at + 20, name.getBytes(StandardCharsets.US_ASCII));
        data.put(at + valueAt, value);
    }
}
