package io.tracemalloc.cli;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code merge FILE... -o OUT}: one snapshot with the sums of many. */
@Command(
        name = "merge",
        header = "Add up the snapshots of several JVMs in one file.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc merge snapshots/*.pb.gz -o all.pb.gz",
            "  tracemalloc stats all.pb.gz --group-by host",
            "  tracemalloc stats all.pb.gz --include 'host=web-*'",
            "  tracemalloc merge a.pb.gz b.pb.gz --host program -o programs.pb.gz",
            "",
            "The sum is as exact as the weakest of the files, and has the metrics that all of them have.",
            "Two snapshots of one JVM count what they share twice: merge one of each, or compare them with diff.",
        })
final class MergeCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "OUT",
            description = "Write the sum there; an existing file is replaced.")
    private String output = "";

    @Option(
            names = "--host",
            paramLabel = "ORIGIN",
            converter = Origin.Converter.class,
            completionCandidates = Origin.Names.class,
            description = "What --group-by host will tell apart: jvm (host and process id), host, program, file or"
                    + " none. Records of a file that was merged before keep theirs. Default: jvm.")
    private Origin origin = Origin.JVM;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Snapshot files, or any pprof heap profiles.")
    private List<String> files = new ArrayList<>();

    MergeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Path target = OutputFile.check(output, "-o");
        refuseInputAsOutput(target);
        Merge merge = new Merge(origin);
        for (String file : files) {
            add(merge, file);
        }
        Snapshot sum = sum(merge);
        long bytes = write(sum, target);
        merge.notes().forEach(terminal::note);
        Notes.losses(terminal, sum.columns());
        terminal.note("merged " + Messages.counted(files.size(), "snapshot") + " into " + output + " ("
                + Messages.counted(sum.columns().recordCount(), "record") + ", " + Messages.counted(bytes, "byte")
                + ")");
        return ExitStatus.DONE;
    }

    /** The sum of a directory may lie in it, and match the same pattern when the command is run again. */
    private void refuseInputAsOutput(Path target) {
        for (String file : files) {
            if (Targets.path(file).toAbsolutePath().normalize().equals(target)) {
                throw CommandFailure.usage(file + ": is one of the files to add up, and where the sum would go (-o)");
            }
        }
    }

    private void add(Merge merge, String file) {
        Snapshot snapshot = Targets.load(file, terminal);
        try {
            merge.add(snapshot, file);
        } catch (OutOfMemoryError tooLarge) {
            throw Targets.tooLarge(file);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw CommandFailure.input(file + ": cannot be added to the others: " + Messages.of(e));
        }
    }

    private Snapshot sum(Merge merge) {
        try {
            Snapshot sum = merge.snapshot();
            if (sum.metrics().isEmpty()) {
                throw CommandFailure.input("the files have no metric in common: " + String.join("; ", merge.notes()));
            }
            return sum;
        } catch (OutOfMemoryError tooLarge) {
            throw Targets.tooLarge(output);
        }
    }

    private long write(Snapshot sum, Path target) {
        try {
            Metric first = sum.defaultMetric();
            Progress.during(terminal, "writing " + output, () -> {
                sum.dump(target, first);
                return target;
            });
            return Files.size(target);
        } catch (IOException | IllegalStateException e) {
            throw CommandFailure.input(RemoteTargets.withName(output, Messages.of(e)));
        }
    }
}
