package io.tracemalloc.internal;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/**
 * A file that appears whole or not at all: a neighbour of it, flushed to disk, that takes its name at the end.
 *
 * <p>A symbolic link stays, and what it points at is replaced, unless another user may have laid it as a trap. A device or
 * a pipe is written to as it is.
 */
public final class AtomicFile implements AutoCloseable {

    private static final int BUFFER = 1 << 16;

    /** As many as Linux follows. */
    private static final int MOST_LINKS = 40;

    /** The mode of a directory where everybody may make files, and delete only their own. */
    private static final int STICKY_FOR_ALL = 01002;

    private final Path file;
    private final Optional<Path> neighbour;
    private final OutputStream out;

    private AtomicFile(Path file, Optional<Path> neighbour, OutputStream out) {
        this.file = file;
        this.neighbour = neighbour;
        this.out = out;
    }

    /** Begins to write a file, which has its old content until {@link #commit}. */
    public static AtomicFile create(Path name) throws IOException {
        if (Files.isDirectory(name)) {
            throw new IOException("it is a directory");
        }
        if (isDevice(name)) {
            return new AtomicFile(name, Optional.empty(), Files.newOutputStream(name, StandardOpenOption.WRITE));
        }
        Path file = behindLinks(name);
        // Of a length of its own, so that it is legal wherever the file's name is.
        Path neighbour = file.resolveSibling(".tracemalloc-" + UUID.randomUUID() + ".tmp");
        UnfinishedFiles.add(neighbour);
        try {
            // No channel: an interrupt of the thread would close it.
            OutputStream out =
                    Files.newOutputStream(neighbour, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return new AtomicFile(file, Optional.of(neighbour), out);
        } catch (IOException e) {
            UnfinishedFiles.remove(neighbour);
            throw e;
        }
    }

    /** Whether it is there and no regular file, as a device or a pipe, so that it cannot be replaced. */
    public static boolean isDevice(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file);
    }

    /**
     * The file that symbolic links lead to, which need not exist.
     *
     * @throws IOException also if a link is of another user, in a directory such as {@code /tmp}
     */
    public static Path behindLinks(Path name) throws IOException {
        Path file = name;
        for (int links = 0; Files.isSymbolicLink(file); links++) {
            if (links == MOST_LINKS) {
                throw new IOException("too many levels of symbolic links");
            }
            refuseForeign(file);
            file = file.resolveSibling(Files.readSymbolicLink(file));
        }
        return file;
    }

    /* The rule of Linux, fs.protected_symlinks, which is not asked where a link is read and its target replaced. */
    private static void refuseForeign(Path link) throws IOException {
        Path directory = link.toAbsolutePath().getParent();
        if (directory == null || !everybodyMayAddTo(directory)) {
            return;
        }
        Object owner = Files.getAttribute(link, ProcessUser.OWNER, LinkOption.NOFOLLOW_LINKS);
        if (!owner.equals(Files.getAttribute(directory, ProcessUser.OWNER)) && !owner.equals(ProcessUser.uid())) {
            throw new IOException(link + " is a link of another user, and everybody may make links in " + directory);
        }
    }

    private static boolean everybodyMayAddTo(Path directory) throws IOException {
        return directory.getFileSystem().supportedFileAttributeViews().contains("unix")
                && ((Integer) Files.getAttribute(directory, "unix:mode") & STICKY_FOR_ALL) == STICKY_FOR_ALL;
    }

    /** Writes bytes; to be flushed before {@link #commit}. */
    public OutputStream stream() {
        return new BufferedOutputStream(out, BUFFER);
    }

    /** Gives the file its name. */
    public void commit() throws IOException {
        if (neighbour.isPresent()) {
            out.close();
            flush(neighbour.get(), StandardOpenOption.WRITE);
            Files.move(neighbour.get(), file, StandardCopyOption.ATOMIC_MOVE);
            flushDirectory();
        }
    }

    /** Makes the new name survive a crash, on the systems that let a directory be opened. */
    private void flushDirectory() {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            return;
        }
        try {
            flush(directory, StandardOpenOption.READ);
        } catch (IOException unsupported) {
            // The file itself is complete and on disk.
        }
    }

    /* An interrupt closes the channel; it is for the caller to see, not for the file. */
    private static void flush(Path written, StandardOpenOption access) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try (FileChannel channel = FileChannel.open(written, access)) {
                    channel.force(true);
                    return;
                } catch (ClosedByInterruptException again) {
                    interrupted = Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Forgets what was written, unless it was committed. */
    @Override
    public void close() throws IOException {
        out.close();
        if (neighbour.isPresent()) {
            Files.deleteIfExists(neighbour.get());
            UnfinishedFiles.remove(neighbour.get());
        }
    }
}
