package io.tracemalloc.internal.analysis;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotFormatException;
import io.tracemalloc.internal.AtomicFile;
import io.tracemalloc.internal.Failures;
import io.tracemalloc.internal.Providers;
import io.tracemalloc.spi.SnapshotFormatProvider;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** Snapshots to and from files, in whatever formats there are. */
public final class SnapshotFiles {

    private static final int BUFFER = 1 << 16;

    private SnapshotFiles() {}

    /** Writes a file as {@link AtomicFile} does. */
    public static void dump(Snapshot snapshot, Metric defaultMetric, Path file) throws IOException {
        SnapshotFormatProvider format = formatFor(file);
        try (AtomicFile target = AtomicFile.create(file)) {
            OutputStream out = target.stream();
            format.write(snapshot, defaultMetric, out);
            out.flush();
            target.commit();
        } catch (IOException failure) {
            throw new IOException("cannot write " + file + ": " + reason(failure, file), failure);
        }
    }

    private static SnapshotFormatProvider formatFor(Path file) {
        String name = String.valueOf(file.getFileName());
        return formats().stream()
                .filter(format -> hasSuffix(name, format))
                .findFirst()
                .orElseGet(() -> Providers.best(SnapshotFormatProvider.class));
    }

    /* A format is foreign code: one that cannot even be asked must not hide the others. */
    private static boolean hasSuffix(String name, SnapshotFormatProvider format) {
        try {
            return name.endsWith(format.suffix());
        } catch (RuntimeException | LinkageError failure) {
            return false;
        }
    }

    private static boolean reads(SnapshotFormatProvider format, byte[] start) {
        try {
            return format.reads(start);
        } catch (RuntimeException | LinkageError failure) {
            return false;
        }
    }

    /** The available formats, the one with the highest priority first. */
    private static List<SnapshotFormatProvider> formats() {
        return Providers.candidates(SnapshotFormatProvider.class).stream()
                .filter(candidate -> candidate.availability().isAvailable())
                .flatMap(candidate -> candidate.provider().stream())
                .sorted(Comparator.comparingInt(SnapshotFormatProvider::priority)
                        .reversed()
                        .thenComparing(SnapshotFormatProvider::name))
                .toList();
    }

    /** Reads a whole file. */
    public static Snapshot load(Path file) throws IOException {
        try {
            if (Files.isDirectory(file)) {
                throw new IOException("it is a directory");
            }
            try (InputStream in = new BufferedInputStream(open(file), BUFFER)) {
                return read(in);
            }
        } catch (SnapshotFormatException failure) {
            throw new SnapshotFormatException(file + ": " + Failures.oneLine(failure), failure);
        } catch (IOException failure) {
            throw new IOException("cannot read " + file + ": " + reason(failure, file), failure);
        }
    }

    /* Of a pipe, the channel of JDK 17 cannot tell how much there is to read. */
    private static InputStream open(Path file) throws IOException {
        return AtomicFile.isDevice(file) ? new FileInputStream(file.toFile()) : Files.newInputStream(file);
    }

    private static Snapshot read(InputStream in) throws IOException {
        List<SnapshotFormatProvider> formats = formats();
        if (formats.isEmpty()) {
            // Throws, and says which there are and why they are unavailable.
            return Providers.best(SnapshotFormatProvider.class).read(in);
        }
        in.mark(SnapshotFormatProvider.PROBE_LENGTH);
        byte[] start = in.readNBytes(SnapshotFormatProvider.PROBE_LENGTH);
        in.reset();
        if (start.length == 0) {
            throw new SnapshotFormatException("expected a snapshot, found an empty file");
        }
        for (SnapshotFormatProvider format : formats) {
            if (reads(format, start)) {
                return format.read(in);
            }
        }
        throw new SnapshotFormatException("expected a snapshot of format "
                + String.join(
                        " or ",
                        formats.stream().map(SnapshotFormatProvider::name).toList())
                + ", found something else");
    }

    /** Why it failed, in words: the JDK's messages are often the bare path. */
    private static String reason(IOException failure, Path file) {
        if (failure instanceof NoSuchFileException) {
            Path directory = file.toAbsolutePath().getParent();
            return directory != null && !Files.exists(directory)
                    ? "there is no directory " + directory
                    : "there is no such file";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof NotDirectoryException) {
            return "a part of the path is not a directory";
        }
        if (failure instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        return Failures.oneLine(failure);
    }
}
