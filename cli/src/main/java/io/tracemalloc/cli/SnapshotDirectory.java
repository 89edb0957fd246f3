package io.tracemalloc.cli;

import io.tracemalloc.internal.Providers;
import io.tracemalloc.spi.SnapshotFormatProvider;
import java.io.BufferedInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * A directory of snapshot files, {@code TARGET-TIME.pb.gz}, that one collector at a time fills.
 *
 * <p>A file appears whole or not at all. Only files of this form are ever deleted. Safe for any thread.
 */
final class SnapshotDirectory implements AutoCloseable {

    private static final String SUFFIX = ".pb.gz";
    private static final String LOCK = ".collect.lock";
    private static final String TEMPORARY = ".collect-";
    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;

    /** Sorts by time, and has a fixed length, so that no target can end like one. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final Pattern NAME = Pattern.compile("(.+)-([0-9]{8}T[0-9]{6}\\.[0-9]{3}Z)\\.pb\\.gz");

    private final Path path;
    private final FileChannel lock;

    /** A file of the directory. */
    record Entry(Path file, String name, Instant time) {}

    private SnapshotDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Opens it for one collector alone, creates it if need be, and clears away what a killed collector left half-written.
     *
     * @throws IOException if it cannot be written to, or another collector is at work there
     */
    static SnapshotDirectory open(Path path) throws IOException {
        Files.createDirectories(path);
        FileChannel channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new IOException("another collector writes there");
            }
            deleteHalfWritten(path);
            return new SnapshotDirectory(path, channel);
        } catch (OverlappingFileLockException inThisJvm) {
            channel.close();
            throw new IOException("another collector writes there", inThisJvm);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static void deleteHalfWritten(Path path) throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.toList()) {
                if (file.getFileName().toString().startsWith(TEMPORARY) && Files.isRegularFile(file)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Where it is. */
    Path path() {
        return path;
    }

    /** Takes in the bytes of one snapshot. */
    Incoming receive(String target) throws IOException {
        try {
            return new Incoming(target, path.resolve(TEMPORARY + UUID.randomUUID()));
        } catch (IOException e) {
            throw cannotWrite(path, e);
        }
    }

    /** All snapshots, of whatever target, oldest first. */
    List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(path)) {
            files.forEach(file -> add(file, entries));
        }
        entries.sort(Comparator.comparing(Entry::time).thenComparing(Entry::name));
        return entries;
    }

    private static void add(Path file, List<Entry> entries) {
        Matcher matcher = NAME.matcher(file.getFileName().toString());
        if (matcher.matches() && Files.isRegularFile(file)) {
            try {
                entries.add(new Entry(file, matcher.group(1), TIME.parse(matcher.group(2), Instant::from)));
            } catch (DateTimeParseException noTime) {
                // A name of that form by chance, such as the 99th of a month: not ours.
            }
        }
    }

    /**
     * Deletes what need not be kept. Files from after {@code now} were named before the clock was set back: they count as
     * the oldest, or they would push out each new file at once.
     *
     * @param keep how many to keep of each target, 0 = all
     * @param keepFor how long to keep them, zero = for ever
     * @return how many were deleted
     */
    int prune(int keep, Duration keepFor, Instant now) throws IOException {
        int deleted = 0;
        Map<String, Integer> newer = new HashMap<>();
        List<Entry> entries = entries();
        entries.sort(Comparator.comparing(entry -> !entry.time().isAfter(now)));
        for (int i = entries.size() - 1; i >= 0; i--) {
            Entry entry = entries.get(i);
            int place = newer.merge(entry.name(), 1, Integer::sum);
            boolean old = !keepFor.isZero() && entry.time().isBefore(now.minus(keepFor));
            if ((old || (keep > 0 && place > keep)) && Files.deleteIfExists(entry.file())) {
                deleted++;
            }
        }
        return deleted;
    }

    @Override
    public void close() throws IOException {
        // Attempts that were given up may not have come back to clear away what they wrote.
        deleteHalfWritten(path);
        lock.close();
    }

    /** Bytes that become a file when they are all there. Not safe for several threads at once. */
    final class Incoming implements AutoCloseable {

        private final String target;
        private final Path temporary;
        private final FileChannel channel;

        private Incoming(String target, Path temporary) throws IOException {
            this.target = target;
            this.temporary = temporary;
            this.channel = FileChannel.open(
                    temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ);
        }

        /** Where the bytes go. */
        OutputStream out() {
            return new Local(Channels.newOutputStream(channel), path);
        }

        /**
         * Checks that the bytes are a snapshot and all of it, and has them on disk.
         *
         * @throws IOException if they are not, in one line
         */
        void check() throws IOException {
            channel.force(true);
            if (channel.size() == 0) {
                throw new IOException("sent an empty answer");
            }
            try (InputStream in = new BufferedInputStream(Files.newInputStream(temporary), 1 << 16)) {
                in.mark(SnapshotFormatProvider.PROBE_LENGTH);
                byte[] start = in.readNBytes(SnapshotFormatProvider.PROBE_LENGTH);
                in.reset();
                if (!isSnapshot(start)) {
                    throw new IOException("sent something else than a snapshot");
                }
                if (start.length > 1 && (start[0] & 0xFF) == GZIP_FIRST && (start[1] & 0xFF) == GZIP_SECOND) {
                    readThrough(in);
                }
            }
        }

        /** Gives the bytes their name; they must have been checked. */
        Path commit(Instant time) throws IOException {
            channel.close();
            Path file = path.resolve(TargetNames.encode(target) + '-' + TIME.format(time) + SUFFIX);
            try {
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
            }
            return file;
        }

        /** Deletes the bytes unless they have a name. */
        @Override
        public void close() throws IOException {
            channel.close();
            Files.deleteIfExists(temporary);
        }
    }

    /** What fails here is the directory's failure, and not the target's, which sends the bytes. */
    private static final class Local extends FilterOutputStream {

        private final Path directory;

        Local(OutputStream out, Path directory) {
            super(out);
            this.directory = directory;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw cannotWrite(directory, e);
            }
        }
    }

    private static IOException cannotWrite(Path directory, IOException cause) {
        return new IOException("cannot write to " + directory + ": " + Messages.of(cause), cause);
    }

    private static boolean isSnapshot(byte[] start) {
        return Providers.candidates(SnapshotFormatProvider.class).stream()
                .flatMap(candidate -> candidate.provider().stream())
                .anyMatch(format -> format.reads(start));
    }

    /** Lets the checksum at the end speak; nothing of the content is kept. */
    private static void readThrough(InputStream in) throws IOException {
        try (GZIPInputStream gzip = new GZIPInputStream(in, 1 << 16)) {
            gzip.transferTo(OutputStream.nullOutputStream());
        } catch (IOException damaged) {
            throw new IOException("sent a damaged snapshot: " + Messages.of(damaged), damaged);
        }
    }
}
