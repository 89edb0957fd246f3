package io.tracemalloc.cli;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.internal.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Tells what a run left: the summary and the files, or why there is none. Never fails: the command has ended well. */
final class RunResult {

    private static final int SIGNALS = 128;
    private static final int SIGKILL = 9;

    private final Terminal terminal;
    private final Child child;
    private final boolean kept;
    private final boolean quiet;
    private final List<String> library;

    /**
     * @param kept whether the files stay after the run
     * @param quiet whether to leave out the summary
     */
    RunResult(Terminal terminal, Child child, boolean kept, boolean quiet, List<String> library) {
        this.terminal = terminal;
        this.child = child;
        this.kept = kept;
        this.quiet = quiet;
        this.library = List.copyOf(library);
    }

    void print(RunDirectory directory) {
        try {
            List<Path> files =
                    directory.writtenFiles().stream().filter(Files::exists).toList();
            List<Long> running = directory.startedProcesses().stream()
                    .filter(RunResult::isRunning)
                    .toList();
            if (!files.isEmpty()) {
                printFinished(files);
            } else if (running.isEmpty()) {
                terminal.note(whyNone());
            }
            running.forEach(this::printRunning);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            terminal.note("no summary: " + Messages.of(e));
        }
    }

    private void printFinished(List<Path> files) throws IOException {
        if (!quiet) {
            printSummary(files);
        }
        if (kept) {
            printFiles(files);
        }
    }

    /** Whether it outlives the command, as the daemon of a build tool. */
    private static boolean isRunning(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private void printRunning(long pid) {
        terminal.note("process " + pid + " still runs: 'tracemalloc stats " + pid + " --app' reads it now"
                + (kept ? ", and it writes its file when it ends" : ""));
    }

    private String whyNone() {
        if (child.exitStatus() == SIGNALS + SIGKILL) {
            return "no snapshot: the command was killed (SIGKILL), which leaves no time to write;"
                    + " --snapshot-every writes before that";
        }
        return "no snapshot: no JVM of this command wrote one; either none started, or it could not be traced and"
                + " said so, or it ended by Runtime.halt or SIGKILL, or an already running daemon did the work";
    }

    private void printSummary(List<Path> files) throws IOException {
        Snapshot merged = Progress.during(terminal, "summing up", () -> {
            MergedSnapshot sum = new MergedSnapshot();
            for (Path file : files) {
                sum.add(Snapshot.load(file), "");
            }
            return sum.snapshot();
        });
        if (merged.has(Metric.ALLOCATED)) {
            RunSummary.lines(merged, files.size(), child.elapsed(), library).forEach(terminal::note);
        }
        terminal.note("");
    }

    private void printFiles(List<Path> files) throws IOException {
        for (Path file : files) {
            terminal.note("wrote " + shown(file) + " (" + Messages.counted(Files.size(file), "byte") + ")");
        }
        terminal.note("next: tracemalloc stats " + shown(files.get(0)) + " --app");
    }

    /** As the user would type it: relative to here, if it is below here. */
    private static Path shown(Path file) {
        Path here = Path.of("").toAbsolutePath();
        return file.startsWith(here) ? here.relativize(file) : file;
    }
}
