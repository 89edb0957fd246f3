package io.tracemalloc.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Snapshots that wait on disk to be sent elsewhere, oldest first; they survive a restart. When they take more than their
 * share, the oldest are dropped and counted.
 *
 * <p>An entry is a hard link to the snapshot, or a copy where the file system has none: deleting the snapshot itself does
 * not touch it. Its name has all that is to be known: {@code NUMBER~FROM~UNTIL~TARGET.pb.gz}. Safe for any thread.
 */
final class ForwardQueue {

    private static final Pattern NAME = Pattern.compile("([0-9]{16})~([0-9]{1,12})~([0-9]{1,12})~(.+)\\.pb\\.gz");
    private static final String HALF_COPIED = ".tmp";

    private final Path directory;
    private final long maxBytes;

    /* Guarded by this. */
    private final Deque<Entry> entries = new ArrayDeque<>();
    private long bytes;
    private long nextNumber = 1;
    private long dropped;
    private boolean closed;

    /**
     * A snapshot that waits.
     *
     * @param from seconds since 1970 when what it tells began
     * @param until seconds since 1970 when it was taken
     */
    record Entry(Path file, long number, long from, long until, String target, long bytes) {}

    private ForwardQueue(Path directory, long maxBytes) {
        this.directory = directory;
        this.maxBytes = maxBytes;
    }

    /** The queue in this directory, with what an earlier run left there. */
    static ForwardQueue open(Path directory, long maxBytes) throws IOException {
        Files.createDirectories(directory);
        ForwardQueue queue = new ForwardQueue(directory, maxBytes);
        queue.load();
        return queue;
    }

    private synchronized void load() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> sorted = files.sorted().toList();
            for (Path file : sorted) {
                String name = file.getFileName().toString();
                Matcher matcher = NAME.matcher(name);
                if (name.endsWith(HALF_COPIED)) {
                    Files.deleteIfExists(file);
                } else if (matcher.matches()) {
                    append(new Entry(
                            file,
                            Long.parseLong(matcher.group(1)),
                            Long.parseLong(matcher.group(2)),
                            Long.parseLong(matcher.group(3)),
                            TargetNames.decode(matcher.group(4)),
                            Files.size(file)));
                }
            }
        }
        dropBeyondLimit();
    }

    private void append(Entry entry) {
        entries.addLast(entry);
        bytes += entry.bytes();
        nextNumber = Math.max(nextNumber, entry.number() + 1);
    }

    /** Puts a snapshot in. */
    synchronized void add(Path snapshot, String target, Instant from, Instant until) throws IOException {
        String name = String.format(Locale.ROOT, "%016d", nextNumber) + '~' + from.getEpochSecond() + '~'
                + until.getEpochSecond() + '~' + TargetNames.encode(target) + ".pb.gz";
        Path file = directory.resolve(name);
        link(snapshot, file);
        append(new Entry(file, nextNumber, from.getEpochSecond(), until.getEpochSecond(), target, Files.size(file)));
        dropBeyondLimit();
        notifyAll();
    }

    private static void link(Path snapshot, Path file) throws IOException {
        try {
            Files.createLink(file, snapshot);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException noHardLinks) {
            Path half = file.resolveSibling(file.getFileName() + HALF_COPIED);
            Files.copy(snapshot, half, StandardCopyOption.REPLACE_EXISTING);
            Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** The newest stays even if it alone is beyond the limit: it is to be sent at once. */
    private void dropBeyondLimit() throws IOException {
        while (bytes > maxBytes && entries.size() > 1) {
            delete(entries.getFirst());
            dropped++;
        }
    }

    private void delete(Entry entry) throws IOException {
        entries.remove(entry);
        bytes -= entry.bytes();
        Files.deleteIfExists(entry.file());
    }

    /** Waits for an entry and returns the oldest; empty once the queue is closed. */
    synchronized Optional<Entry> await() throws InterruptedException {
        while (entries.isEmpty() && !closed) {
            wait();
        }
        return closed ? Optional.empty() : Optional.of(entries.getFirst());
    }

    /** Takes out an entry that has been dealt with; does nothing if it has been dropped meanwhile. */
    synchronized void remove(Entry entry) throws IOException {
        if (entries.contains(entry)) {
            delete(entry);
            notifyAll();
        }
    }

    /** Waits until the queue is empty or this time is over; whether it is empty. */
    synchronized boolean awaitEmpty(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        long left = millis;
        while (!entries.isEmpty() && left > 0) {
            wait(left);
            left = (end - System.nanoTime()) / 1_000_000;
        }
        return entries.isEmpty();
    }

    /** Ends {@link #await}; what waits stays on disk. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** How many wait. */
    synchronized int size() {
        return entries.size();
    }

    /** How many were dropped for want of room. */
    synchronized long dropped() {
        return dropped;
    }
}
