package io.tracemalloc.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** A file that appears whole or not at all: a neighbour of it, flushed to disk, that takes its name at the end. */
final class AtomicFile implements AutoCloseable {

    private final Path file;
    private final Path neighbour;
    private final FileChannel channel;

    private AtomicFile(Path file, Path neighbour, FileChannel channel) {
        this.file = file;
        this.neighbour = neighbour;
        this.channel = channel;
    }

    static AtomicFile create(String name) throws IOException {
        Path file;
        try {
            file = Path.of(name);
        } catch (InvalidPathException e) {
            throw new IOException(e.getReason(), e);
        }
        if (Files.isDirectory(file)) {
            throw new IOException("is a directory");
        }
        Path neighbour = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        FileChannel channel = FileChannel.open(neighbour, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new AtomicFile(file, neighbour, channel);
    }

    /** Writes bytes. */
    OutputStream stream() {
        return new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
    }

    /** Writes UTF-8; a failed write is a {@link ResultStream.Broken}. */
    PrintWriter writer() {
        ResultStream out = new ResultStream(new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16));
        return new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }

    /** Gives the file its name. */
    void commit() throws IOException {
        channel.force(true);
        channel.close();
        try {
            Files.move(neighbour, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(neighbour, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(neighbour);
    }
}
