package io.tracemalloc.cli.attach;

import io.tracemalloc.internal.ProcessStart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A process of this machine as {@code /proc} shows it: who runs it, where its files are, and what it is called inside its
 * own namespaces.
 *
 * <p>Everything is looked up when asked for, since the process lives on and may end at any time. Failures are
 * {@link IOException}s of one line that begins with the process id.
 */
public final class JavaProcess {

    private static final Path PROC = Path.of("/proc");

    private static final Path TMP = Path.of("/tmp");

    /** Bit of SIGQUIT, signal 3, in the masks of {@code /proc/PID/status}. */
    private static final long SIGQUIT_BIT = 1L << 2;

    private final long pid;
    private final Path directory;
    private final Map<String, String> status;
    private final String startTime;

    private JavaProcess(long pid, Map<String, String> status) {
        this.pid = pid;
        this.directory = PROC.resolve(Long.toString(pid));
        this.startTime = ProcessStart.of(directory);
        this.status = status;
    }

    /** The process with this id, as this process numbers it. */
    public static JavaProcess of(long pid) throws IOException {
        if (!Files.isDirectory(PROC.resolve("self"))) {
            throw new IOException(pid + ": to attach needs Linux and its /proc, which is not here");
        }
        return new JavaProcess(pid, readStatus(pid));
    }

    /** All processes that {@code /proc} shows, in the order of their ids. */
    static List<JavaProcess> all() throws IOException {
        try (Stream<Path> entries = Files.list(PROC)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.matches("[0-9]{1,18}"))
                    .map(Long::parseLong)
                    .sorted()
                    .flatMap(pid -> ifThere(pid).stream())
                    .toList();
        }
    }

    private static Optional<JavaProcess> ifThere(long pid) {
        try {
            return Optional.of(new JavaProcess(pid, readStatus(pid)));
        } catch (IOException ended) {
            return Optional.empty();
        }
    }

    /** Fields of {@code /proc/PID/status}. */
    private static Map<String, String> readStatus(long pid) throws IOException {
        Map<String, String> fields = new HashMap<>();
        try {
            for (String line : Files.readString(PROC.resolve(pid + "/status"), StandardCharsets.ISO_8859_1)
                    .split("\n", -1)) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    fields.put(
                            line.substring(0, colon), line.substring(colon + 1).strip());
                }
            }
        } catch (IOException absent) {
            throw new IOException(pid + ": no such process", absent);
        }
        if (fields.getOrDefault("State", "").startsWith("Z")) {
            throw new IOException(pid + ": no such process: it has ended, and its parent has not noticed");
        }
        return fields;
    }

    /** Its id here. */
    public long pid() {
        return pid;
    }

    /** Its id in its own PID namespace, which it uses for the names of files. */
    long innerPid() {
        String[] ids = status.getOrDefault("NSpid", Long.toString(pid)).split("\\s+", -1);
        return Long.parseLong(ids[ids.length - 1]);
    }

    /** Effective user. */
    int user() {
        return effective("Uid");
    }

    /** Effective group. */
    int group() {
        return effective("Gid");
    }

    private int effective(String field) {
        String[] ids = status.getOrDefault(field, "").split("\\s+", -1);
        return ids.length > 1 ? Integer.parseUnsignedInt(ids[1]) : -1;
    }

    /** Name of the user, or the number if it has none here. */
    public String userName() {
        try {
            return Files.getOwner(directory).getName();
        } catch (IOException | UnsupportedOperationException unknown) {
            return Integer.toUnsignedString(user());
        }
    }

    /** This process itself. */
    static JavaProcess self() throws IOException {
        return of(Long.parseLong(Files.readSymbolicLink(PROC.resolve("self")).toString()));
    }

    /** Whether it still runs, and no other process has its id by now. */
    boolean isAlive() {
        return ifThere(pid).filter(now -> now.startTime.equals(startTime)).isPresent();
    }

    /** Whether it has ended, or is about to: its sockets are closed a little before it is gone. */
    boolean endsSoon() {
        for (int i = 0; i < 20 && isAlive(); i++) {
            LockSupport.parkNanos(10_000_000);
        }
        return !isAlive();
    }

    /** What to say of it when it is gone. */
    IOException ended(@Nullable IOException cause) {
        return new IOException(pid + ": it has ended", cause);
    }

    /** When it began, as itself sees it; empty where that is not known, for it has a clock of its own. */
    String startTimeThere() {
        return timeNamespace(directory).equals(timeNamespace(PROC.resolve("self"))) ? startTime : "";
    }

    private static String timeNamespace(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("ns/time")).toString();
        } catch (IOException oldKernel) {
            return "";
        }
    }

    /** Whether it was stopped by a signal or a debugger. */
    boolean isStopped() {
        String state =
                ifThere(pid).map(now -> now.status.getOrDefault("State", "")).orElse("");
        return state.startsWith("T") || state.startsWith("t");
    }

    /** Whether SIGQUIT is handled, and so does not end it. */
    boolean catchesQuit() {
        String mask =
                ifThere(pid).map(now -> now.status.getOrDefault("SigCgt", "")).orElse("");
        return !mask.isEmpty() && (Long.parseUnsignedLong(mask, 16) & SIGQUIT_BIT) != 0;
    }

    /** Its root directory, seen from here. */
    Path root() {
        return directory.resolve("root");
    }

    /** The directory where HotSpot meets those who attach, seen from here. HotSpot takes no other. */
    Path temporaryDirectory() throws IOException {
        if (sharesFiles()) {
            return TMP;
        }
        try {
            return ForeignRoot.resolve(root(), TMP);
        } catch (IOException unreadable) {
            throw failure(unreadable, "look for its /tmp");
        }
    }

    /** Whether a path means the same file there and here. */
    boolean sharesFiles() throws IOException {
        try {
            return namespace(directory).equals(namespace(PROC.resolve("self")))
                    && identity(root()).equals(identity(PROC.resolve("self/root")));
        } catch (IOException unreadable) {
            throw failure(unreadable, "look at its root directory");
        }
    }

    private static String namespace(Path process) throws IOException {
        return Files.readSymbolicLink(process.resolve("ns/mnt")).toString();
    }

    private static String identity(Path file) throws IOException {
        return Files.getAttribute(file, "unix:dev") + ":" + Files.getAttribute(file, "unix:ino");
    }

    /** Whether it has loaded HotSpot's library. */
    boolean isHotSpot() throws IOException {
        return maps().contains("/libjvm.so");
    }

    /** Its mapped files, a line each. */
    String maps() throws IOException {
        try {
            return new String(Files.readAllBytes(directory.resolve("maps")), StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            throw failure(unreadable, "look into it");
        }
    }

    /** Its arguments, the program's name first; empty if they cannot be read. */
    List<String> arguments() {
        return strings("cmdline");
    }

    /** Its environment as it began; empty if it cannot be read. */
    List<String> environment() {
        return strings("environ");
    }

    private List<String> strings(String file) {
        try {
            String text = new String(Files.readAllBytes(directory.resolve(file)), StandardCharsets.UTF_8);
            return text.isEmpty() ? List.of() : Arrays.asList(text.split("\0", -1));
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /** Its open files, seen from here. */
    List<Path> openFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("fd"))) {
            return files.toList();
        } catch (IOException unreadable) {
            throw failure(unreadable, "look at its open files");
        }
    }

    /** The file in which HotSpot keeps its performance data, if it keeps one. */
    Optional<Path> performanceData() {
        try (Stream<Path> entries = Files.list(temporaryDirectory())) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith("hsperfdata_"))
                    .map(entry -> entry.resolve(Long.toString(innerPid())))
                    .filter(this::isOwnFile)
                    .findFirst();
        } catch (IOException | java.io.UncheckedIOException unreadable) {
            return Optional.empty();
        }
    }

    /** Another user's JVM may have had the same id; and anybody may put something into {@code /tmp}. */
    private boolean isOwnFile(Path file) {
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                            .equals(user());
        } catch (IOException gone) {
            return false;
        }
    }

    private static boolean isRefusal(IOException cause) {
        return cause instanceof AccessDeniedException
                || (cause instanceof FileSystemException file
                        && String.valueOf(file.getReason()).contains("not permitted"));
    }

    /** What went wrong when somebody wanted to do this, in one line. */
    IOException failure(IOException cause, String action) {
        if (!isAlive()) {
            return ended(cause);
        }
        if (isRefusal(cause)) {
            return new IOException(
                    pid + ": cannot " + action + ", permission denied: it runs as " + userName()
                            + "; be that user, or root with the right to trace processes (CAP_SYS_PTRACE)",
                    cause);
        }
        String reason = cause instanceof NoSuchFileException missing
                ? "there is no " + missing.getFile()
                : String.valueOf(cause.getMessage());
        return new IOException(pid + ": cannot " + action + ": " + reason, cause);
    }

    @Override
    public String toString() {
        return Long.toString(pid);
    }
}
