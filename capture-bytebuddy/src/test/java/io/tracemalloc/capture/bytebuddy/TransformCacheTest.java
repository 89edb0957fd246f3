package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What was written comes back, and nothing else ever does: the JVM takes classes of the JDK without verifying them. */
final class TransformCacheTest {

    private static final String KEY = "this JVM";
    private static final long CHECKSUM = 0x1234_5678_9ABCL;
    private static final int LARGE_CLASSES = 16;

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = directory.resolve("classes.bin");
        TransformCache cache = TransformCache.open(file, KEY);
        ClassSites owner = new ClassSites("com/acme/Foo", "Foo.java", null);
        SiteTable.Slot slot =
                new SiteTable.Slot(2, SiteTable.Kind.OBJECT, new Location(owner, "bar", 42), "com.acme.Made", null);
        cache.add("com/acme/Foo", CHECKSUM, "Foo.java", bytes(200, 1), List.of(slot));
        cache.add("com/acme/Bare", CHECKSUM, null, null, List.of());
        assertThat(cache.write(3, 1)).isTrue();
    }

    private static byte[] bytes(int length, int first) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (first + i);
        }
        return bytes;
    }

    @BeforeAll
    static void defineRecorder() {
        BootClasses.define(InstrumentationAccess.get());
    }

    @Test
    void givesBackWhatWasWritten() throws IOException {
        TransformCache cache = TransformCache.open(file, KEY);

        assertThat(cache.slotEnd()).isEqualTo(3);
        assertThat(cache.siteEnd()).isEqualTo(1);
        assertThat(cache.classBytes(cache.find("com/acme/Foo", CHECKSUM))).isEqualTo(bytes(200, 1));
        assertThat(cache.classBytes(cache.find("com/acme/Bare", CHECKSUM))).isNull();
        assertThat(cache.find("com/acme/Foo", CHECKSUM + 1)).isNegative();
        assertThat(cache.isKnownWithoutHooks("com/acme/Bare")).isTrue();
        assertThat(cache.isKnownWithoutHooks("com/acme/Foo")).isFalse();
        SiteTable table = new SiteTable(cache);
        table.adopt(cache.find("com/acme/Foo", CHECKSUM), null);
        assertThat(table.slot(2)).isNotNull();
        assertThat(table.slot(2).type()).isEqualTo("com.acme.Made");
        assertThat(table.slot(2).location().line()).isEqualTo(42);
    }

    @Test
    void keepsNoLoaderAlive() throws InterruptedException {
        TransformCache cache = TransformCache.open(file, KEY);
        SiteTable table = new SiteTable(cache);
        WeakReference<ClassLoader> loader = new WeakReference<>(new ClassLoader(null) {});
        table.adopt(cache.find("com/acme/Foo", CHECKSUM), loader.get());

        for (int i = 0; i < 100 && !loader.refersTo(null); i++) {
            System.gc();
            Thread.sleep(10);
        }

        assertThat(loader.refersTo(null)).isTrue();
        ClassSites owner = table.slot(2).location().owner();
        assertThat(owner.className).isEqualTo("com.acme.Foo");
        assertThatExceptionOfType(ClassNotFoundException.class).isThrownBy(() -> owner.resolve("java.lang.Object"));
    }

    /** As when a program is deployed again. */
    @Test
    void resolvesNamesWhereTheClassWasLoadedLast() throws Exception {
        TransformCache cache = TransformCache.open(file, KEY);
        int entry = cache.find("com/acme/Foo", CHECKSUM);
        String known = TransformCacheTest.class.getName();
        for (boolean asked : new boolean[] {false, true}) {
            SiteTable table = new SiteTable(cache);
            table.adopt(entry, new ClassLoader(null) {});
            if (asked) {
                assertThat(table.slot(2)).isNotNull();
            }

            table.adopt(entry, TransformCacheTest.class.getClassLoader());

            assertThat(table.slot(2).location().owner().resolve(known))
                    .as("asked before: %s", asked)
                    .isEqualTo(TransformCacheTest.class);
        }
    }

    @Test
    void keepsWhatItHadWhenItGrows() throws IOException {
        TransformCache grown = TransformCache.open(file, KEY);
        grown.add("com/acme/New", CHECKSUM, null, bytes(50, 7), List.of());
        assertThat(grown.write(3, 1)).isTrue();

        TransformCache cache = TransformCache.open(file, KEY);
        assertThat(cache.classBytes(cache.find("com/acme/Foo", CHECKSUM))).isEqualTo(bytes(200, 1));
        assertThat(cache.classBytes(cache.find("com/acme/New", CHECKSUM))).isEqualTo(bytes(50, 7));
    }

    @Test
    void growsWithoutRoomOnTheHeap() throws IOException {
        TransformCache large = TransformCache.open(file, KEY);
        for (int i = 0; i < LARGE_CLASSES; i++) {
            large.add("com/acme/Large" + i, CHECKSUM, null, bytes(1 << 20, i), List.of());
        }
        assertThat(large.write(3, 1)).isTrue();
        TransformCache grown = TransformCache.open(file, KEY);
        grown.add("com/acme/New", CHECKSUM, null, bytes(50, 7), List.of());
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        long before = thread.getThreadAllocatedBytes(Thread.currentThread().getId());
        assertThat(grown.write(3, 1)).isTrue();
        long after = thread.getThreadAllocatedBytes(Thread.currentThread().getId());

        assertThat(after - before).isLessThan(1 << 20);
        TransformCache cache = TransformCache.open(file, KEY);
        for (int i = 0; i < LARGE_CLASSES; i++) {
            assertThat(cache.classBytes(cache.find("com/acme/Large" + i, CHECKSUM)))
                    .isEqualTo(bytes(1 << 20, i));
        }
    }

    @Test
    void countsWhatWaitsForTheNextFile() throws IOException {
        TransformCache cache = TransformCache.open(file, KEY);
        assertThat(cache.overheadBytes()).isZero();

        cache.add("com/acme/New", CHECKSUM, null, bytes(500, 7), List.of());

        assertThat(cache.overheadBytes()).isBetween(500L, 600L);
        cache.write(3, 1);
        assertThat(cache.overheadBytes()).isZero();
    }

    @Test
    void keepsNothingWhereItIsNone() {
        TransformCache none = TransformCache.none();

        none.add("com/acme/New", CHECKSUM, null, bytes(500, 7), List.of());

        assertThat(none.added()).isZero();
    }

    @Test
    void deletesOldFilesOfItsOwnAlone() throws IOException {
        List<String> own = List.of("classes-0.bin", "classes-7b6245cdc89d7cb4.bin", "classes-1f.bin.1234.tmp");
        List<String> others =
                List.of("classes.bin", "classes.jsa", "classes-1f.jsa", "classes-copy.bin", "classes-1f.bin.old");
        for (String name : Stream.concat(own.stream(), others.stream()).toList()) {
            Path old = Files.write(directory.resolve(name), new byte[0]);
            Files.setLastModifiedTime(old, FileTime.fromMillis(0));
        }
        Files.createFile(directory.resolve("classes-2f.bin"));

        TransformCache.open(file, KEY).deleteOlderThan(60_000);

        assertThat(directory.toFile().list())
                .containsAll(others)
                .contains("classes-2f.bin")
                .hasSize(others.size() + 1);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void isEmptyWhereOthersMayHaveWrittenIt() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link.bin"), file);
        assertThat(TransformCache.open(link, KEY).isEmpty()).isTrue();

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));

        assertThat(TransformCache.open(file, KEY).isEmpty()).isTrue();
    }

    @Test
    void isEmptyForAnotherJvm() {
        assertThat(TransformCache.open(file, "that JVM").isEmpty()).isTrue();
    }

    @Test
    void usesNothingThatIsDamaged() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int position = 0; position < whole.length; position++) {
            byte[] damaged = whole.clone();
            damaged[position] ^= (byte) (1 << (position % 8));
            Files.write(file, damaged);

            TransformCache cache = TransformCache.open(file, KEY);
            int foo = cache.find("com/acme/Foo", CHECKSUM);
            int bare = cache.find("com/acme/Bare", CHECKSUM);
            assertThat(foo < 0 || java.util.Arrays.equals(bytes(200, 1), cache.classBytes(foo)))
                    .as("byte %d", position)
                    .isTrue();
            assertThat(bare < 0 || cache.classBytes(bare) == null)
                    .as("byte %d", position)
                    .isTrue();
            assertThat(cache.isKnownWithoutHooks("com/acme/Foo"))
                    .as("byte %d", position)
                    .isFalse();
        }
    }

    @Test
    void isEmptyWhereTheFileIsCutShort() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));

            assertThat(TransformCache.open(file, KEY).isEmpty())
                    .as("%d bytes", length)
                    .isTrue();
        }
    }
}
