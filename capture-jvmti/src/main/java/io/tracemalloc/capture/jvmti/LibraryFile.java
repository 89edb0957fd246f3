package io.tracemalloc.capture.jvmti;

import io.tracemalloc.internal.CacheDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Puts the library from the jar where the VM can load it: once into the cache directory, under a name made of its
 * content; where that cannot be trusted or written, into a temporary file that lives as long as the loading.
 */
final class LibraryFile {

    /** Files of other builds that were not used for so long are deleted when a new one comes. */
    private static final long KEPT_MILLIS = 30L * 24 * 60 * 60 * 1000;

    private static final String PREFIX = "libtracemalloc-";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private LibraryFile() {}

    /** The file in the cache; null if there is to be none, others could write to it, or it cannot be written. */
    static @Nullable Path cached(byte[] content, String fileName) {
        Path directory = CacheDirectory.path();
        return directory == null ? null : cached(directory, content, fileName);
    }

    /** A file that is to be deleted when it was loaded. */
    static Path temporary(byte[] content, String fileName) throws IOException {
        Path temporary = Files.createTempFile(PREFIX, suffix(fileName));
        try {
            Files.write(temporary, content);
            return temporary;
        } catch (IOException full) {
            Files.delete(temporary);
            throw full;
        }
    }

    /** The same in this directory. */
    static @Nullable Path cached(Path directory, byte[] content, String fileName) {
        Path file = directory.resolve(PREFIX + hash(content) + suffix(fileName));
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            }
            if (!CacheDirectory.isTrusted(directory)) {
                return null;
            }
            if (!holds(file, content)) {
                write(file, content);
                deleteOld(directory);
            }
            return file;
        } catch (IOException | UnsupportedOperationException unusable) {
            return null;
        }
    }

    private static String suffix(String fileName) {
        return fileName.substring(fileName.lastIndexOf('.'));
    }

    private static String hash(byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        return Long.toHexString(crc.getValue()) + "-" + Integer.toHexString(content.length);
    }

    private static boolean holds(Path file, byte[] content) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.size(file) == content.length
                && Arrays.equals(Files.readAllBytes(file), content);
    }

    private static void write(Path file, byte[] content) throws IOException {
        Path parent = file.getParent();
        Path part = Files.createTempFile(parent, PREFIX, ".part", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try {
            Files.write(part, content);
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static void deleteOld(Path directory) throws IOException {
        long oldest = System.currentTimeMillis() - KEPT_MILLIS;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*")) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toMillis() < oldest) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
