package io.tracemalloc.cli.attach;

import io.tracemalloc.internal.UnfinishedFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/**
 * A file in the temporary directory of another process, which that process fills and this one reads.
 *
 * <p>It is created here, given to the other's user, and held open: whatever that user puts in its place, what is read is
 * this file and no other, even as root.
 */
final class SharedFile implements AutoCloseable {

    private final String name;
    private final Path here;
    private final FileChannel channel;

    private SharedFile(String name, Path here, FileChannel channel) {
        this.name = name;
        this.here = here;
        this.channel = channel;
    }

    static SharedFile create(JavaProcess process) throws IOException {
        String name = ".tracemalloc-" + UUID.randomUUID();
        Path here = process.temporaryDirectory().resolve(name);
        UnfinishedFiles.add(here);
        try {
            FileChannel channel = FileChannel.open(
                    here,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            SharedFile file = new SharedFile(name, here, channel);
            giveOrDelete(process, file);
            return file;
        } catch (IOException failure) {
            UnfinishedFiles.remove(here);
            throw process.failure(failure, "write to its /tmp");
        }
    }

    private static void giveOrDelete(JavaProcess process, SharedFile file) throws IOException {
        try {
            giveTo(process, file.here);
        } catch (IOException failure) {
            file.close();
            throw failure;
        }
    }

    /** Makes the process's user the owner, which root alone can do and root alone has to. */
    static void giveTo(JavaProcess process, Path file) throws IOException {
        if (JavaProcess.self().user() == 0) {
            Files.setAttribute(file, "unix:uid", process.user(), LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(file, "unix:gid", process.group(), LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** Its path as the other process knows it. */
    String there() {
        return "/tmp/" + name;
    }

    /** What is in it now. */
    InputStream open() throws IOException {
        channel.position(0);
        return Channels.newInputStream(channel);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        // Where the process ended and took its root directory along, the file is out of reach.
        Files.deleteIfExists(here);
        UnfinishedFiles.remove(here);
    }
}
