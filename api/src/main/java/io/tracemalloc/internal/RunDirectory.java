package io.tracemalloc.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A temporary directory in which the JVMs of one {@code tracemalloc run} agree on file names and list what they wrote.
 *
 * <p>{@code claim-HASH} exists once a JVM has taken a file name; creating it is atomic, so one JVM takes it, whatever
 * was in that place before the run. {@code started-PID} exists once a JVM traces; {@code written-PID} lists the files
 * of one JVM, a path a line. Whoever starts the run creates the directory, passes it as the option {@code run-dir}, and
 * deletes it at the end; a JVM that outlives it behaves as if the name was taken.
 */
public final class RunDirectory {

    private static final String CLAIM = "claim-";
    private static final String STARTED = "started-";
    private static final String WRITTEN = "written-";

    private final Path path;

    private RunDirectory(Path path) {
        this.path = path;
    }

    /** A new directory that only its owner can read. */
    public static RunDirectory create() throws IOException {
        return new RunDirectory(Files.createTempDirectory("tracemalloc-run-"));
    }

    /** The directory that {@link #create} made in another process. */
    public static RunDirectory of(Path path) {
        return new RunDirectory(path);
    }

    /** The directory that the options name, if they do. */
    static Optional<RunDirectory> of(AgentOptions options) {
        Optional<Path> directory = options.runDirectory();
        return directory.isEmpty() ? Optional.empty() : Optional.of(of(directory.get()));
    }

    /** Where it is: the value of the option {@code run-dir}. */
    public Path path() {
        return path;
    }

    /** Whether the caller is the first of this run to ask for the file, and may have it. */
    boolean claim(Path file) {
        String hash =
                Integer.toHexString(file.toAbsolutePath().normalize().toString().hashCode());
        try {
            Files.createFile(path.resolve(CLAIM + hash));
            return true;
        } catch (IOException takenOrRunIsOver) {
            return false;
        }
    }

    /** Records that a JVM traces. Does nothing if the run is over. */
    void started(long pid) {
        try {
            Files.createFile(path.resolve(STARTED + pid));
        } catch (IOException runIsOver) {
            // Nobody asks any more.
        }
    }

    /**
     * The process ids of the JVMs of this run that trace or have traced, in ascending order.
     *
     * @throws IOException if the directory cannot be read, or is gone
     */
    public List<Long> startedProcesses() throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name -> name.startsWith(STARTED))
                    .map(name -> Long.valueOf(name.substring(STARTED.length())))
                    .sorted()
                    .toList();
        }
    }

    /** Records all files that a JVM has written so far. */
    void written(long pid, List<Path> files) throws IOException {
        Files.write(
                path.resolve(WRITTEN + pid),
                files.stream().map(each -> each.toAbsolutePath().toString()).toList());
    }

    /** The files that the JVMs of this run have written, those of the JVM that finished first before the others. */
    public List<Path> writtenFiles() throws IOException {
        Map<FileTime, List<Path>> byTime = new TreeMap<>();
        try (Stream<Path> entries = Files.list(path)) {
            for (Path list : entries.filter(RunDirectory::isList).sorted().toList()) {
                List<Path> files = byTime.computeIfAbsent(Files.getLastModifiedTime(list), time -> new ArrayList<>());
                Files.readAllLines(list).forEach(line -> files.add(Path.of(line)));
            }
        }
        return byTime.values().stream().flatMap(List::stream).distinct().toList();
    }

    /** Deletes the directory and what is in it; a directory that is gone already is fine. */
    public void delete() throws IOException {
        if (Files.exists(path)) {
            try (Stream<Path> all = Files.walk(path)) {
                all.sorted(Comparator.reverseOrder()).forEach(RunDirectory::deleteOne);
            } catch (UncheckedIOException failure) {
                throw failure.getCause();
            }
        }
    }

    private static boolean isList(Path entry) {
        return String.valueOf(entry.getFileName()).startsWith(WRITTEN);
    }

    private static void deleteOne(Path entry) {
        try {
            Files.deleteIfExists(entry);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
