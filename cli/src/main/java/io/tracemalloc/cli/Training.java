package io.tracemalloc.cli;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.spi.SnapshotBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Loads the classes that commands need, for the launcher to put them into an archive; prints nothing. */
final class Training {

    private Training() {}

    /** Runs the common commands on a snapshot of its own. */
    public static void main(String[] args) throws IOException {
        Path directory = TemporaryFiles.createDirectory();
        try {
            String file = writeSnapshot(directory.resolve("training.pb.gz"));
            for (String[] command : commands(file)) {
                run(command);
            }
        } finally {
            TemporaryFiles.delete(directory);
        }
    }

    private static List<String[]> commands(String file) {
        return List.of(
                new String[] {"--help"},
                new String[] {"stats", file},
                new String[] {"stats", file, "--app", "--group-by", "class", "--format", "json", "--include", "*.java"},
                new String[] {"diff", file, file},
                new String[] {"traceback", file},
                new String[] {"tree", file},
                new String[] {"export", file, "--to", "collapsed"},
                new String[] {"run", "--help"});
    }

    private static void run(String... command) {
        PrintWriter nowhere = new PrintWriter(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Main.run(new Terminal(nowhere, nowhere, false, false, System.getenv()), command);
    }

    private static String writeSnapshot(Path file) throws IOException {
        SnapshotBuilder builder = new SnapshotBuilder();
        builder.recorded(Metric.ALLOCATED, Exactness.EXACT_BY_SITE);
        int frame = builder.frame("Training", "main", "Training.java", 1);
        int record = builder.record(builder.traceback(new int[] {frame}, 1, 2), builder.type("byte[]"), 0, 0, 16);
        builder.add(record, Metric.ALLOCATED, 1, 16);
        builder.snapshot(new SnapshotInfo(Instant.now(), Duration.ZERO, 1, 1, Metric.ALLOCATED))
                .dump(file);
        return file.toString();
    }
}
