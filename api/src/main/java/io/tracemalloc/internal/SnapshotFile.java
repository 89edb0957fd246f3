package io.tracemalloc.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The name under which this JVM writes its snapshots: {@code %p} is the process id, {@code %n} the number of the
 * snapshot, from 1.
 *
 * <p>Without {@code %p} several JVMs may mean the same file. The first to write takes it and keeps it; the others put
 * their process id before the suffix, {@code heap.4711.pb.gz}. Who is first is decided atomically by the
 * {@link RunDirectory}. Where there is none, a file that was modified after this JVM started to trace belongs to another
 * JVM, and an older one is replaced.
 *
 * <p>Not safe for several threads at once.
 */
final class SnapshotFile {

    private static final String USUAL_SUFFIX = ".pb.gz";

    /* Asking for the id of this process costs too much for every start; the name is needed only at the end. */
    private static final long THIS_PROCESS = -1;

    private final String template;
    private final long pid;
    private final Instant since;
    private final Optional<RunDirectory> run;
    private @Nullable Boolean taken;
    private long number;

    SnapshotFile(String template, Instant since, Optional<RunDirectory> run) {
        this(template, THIS_PROCESS, since, run);
    }

    SnapshotFile(String template, long pid, Instant since, Optional<RunDirectory> run) {
        this.template = template;
        this.pid = pid;
        this.since = since;
        this.run = run;
    }

    /** The file for the next snapshot. */
    Path next() {
        number++;
        if (template.contains("%p")) {
            return Path.of(numbered(template.replace("%p", pid())));
        }
        return Path.of(numbered(isTaken(template) ? withPid(template) : template));
    }

    private boolean isTaken(String name) {
        Boolean known = taken;
        if (known == null) {
            known = run.map(directory -> !directory.claim(Path.of(name)))
                    .orElseGet(() -> isYoungerThanThis(Path.of(numbered(name))));
            taken = known;
        }
        return known;
    }

    private boolean isYoungerThanThis(Path file) {
        try {
            return Files.exists(file)
                    && Files.getLastModifiedTime(file).toInstant().isAfter(since);
        } catch (IOException unreadable) {
            return false;
        }
    }

    private String withPid(String name) {
        int base = name.lastIndexOf('/') + 1;
        int lastDot = name.lastIndexOf('.');
        int suffix = name.length();
        if (name.endsWith(USUAL_SUFFIX)) {
            suffix = name.length() - USUAL_SUFFIX.length();
        } else if (lastDot > base) {
            suffix = lastDot;
        }
        return name.substring(0, suffix) + '.' + pid() + name.substring(suffix);
    }

    private String pid() {
        return Long.toString(pid == THIS_PROCESS ? ProcessHandle.current().pid() : pid);
    }

    private String numbered(String name) {
        return name.replace("%n", Long.toString(number));
    }
}
