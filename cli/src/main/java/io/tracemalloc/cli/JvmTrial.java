package io.tracemalloc.cli;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.cli.attach.AttachedSession;
import io.tracemalloc.cli.attach.JavaProcess;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.internal.AgentOption;
import io.tracemalloc.internal.AgentOptions;
import io.tracemalloc.spi.RemoteStatus;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.Statistic;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs {@link DoctorProbe} on some JVM, plain and traced. Its files lie in a directory that the caller deletes. */
final class JvmTrial {

    private static final long PATIENCE_SECONDS = 60;

    private final String java;
    private final Path jar;
    private final Path directory;

    JvmTrial(String java, Path jar, Path directory) {
        this.java = java;
        this.jar = jar;
        this.directory = directory;
    }

    /**
     * What became of one run.
     *
     * @param complaint why it failed, on one line; empty if it did not
     * @param facts what the probe printed
     * @param millis from launch to end
     */
    record Outcome(Optional<String> complaint, Map<String, String> facts, long millis) {}

    /** Runs the probe as it is. */
    Outcome plain() {
        return run(List.of(java, "-cp", jar.toString(), DoctorProbe.class.getName()));
    }

    /** Runs it with the agent; {@link #recordedBlocks} then has the result. */
    Outcome traced() {
        Map<AgentOption, String> options = new EnumMap<>(AgentOption.class);
        options.put(AgentOption.SNAPSHOT_AT_EXIT, snapshotFile().toString());
        String agent = Launch.agentArgument(jar, AgentOptions.format(options));
        return run(List.of(java, agent, "-cp", jar.toString(), DoctorProbe.class.getName()));
    }

    /** Runs it, and attaches to it while it runs; the time is that of attaching. */
    Outcome attached() {
        try {
            Process process = builder(List.of(java, "-cp", jar.toString(), DoctorProbe.class.getName(), "wait"))
                    .redirectErrorStream(true)
                    .start();
            try {
                return attached(process);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return failed(Messages.of(e));
        }
    }

    private Outcome attached(Process process) throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); !DoctorProbe.READY.equals(line); line = lines.readLine()) {
            if (line == null) {
                return failed("the test program ended early");
            }
        }
        long start = System.nanoTime();
        Duration patience = Duration.ofSeconds(PATIENCE_SECONDS);
        JavaProcess target = JavaProcess.of(process.pid());
        try (AttachedSession session = new AttachedSession(target, jar, Optional.of(patience), note -> {})) {
            RemoteStatus status = session.attach(Map.of());
            long millis = (System.nanoTime() - start) / 1_000_000;
            return status.tracing()
                    ? new Outcome(Optional.empty(), Map.of(), millis)
                    : failed("the agent was loaded, but does not trace");
        }
    }

    /** How many of the probe's blocks the snapshot of the traced run holds. */
    long recordedBlocks() throws IOException {
        Snapshot snapshot = Snapshot.load(snapshotFile())
                .filter(Filter.builder(true).method(DoctorProbe.ALLOCATES).build());
        return snapshot.statistics(GroupBy.METHOD, false, Metric.ALLOCATED).stream()
                .mapToLong(Statistic::count)
                .sum();
    }

    private Path snapshotFile() {
        return directory.resolve("trial.pb.gz");
    }

    /** What is tried is the JVM as it is, not as the environment would have it. */
    private static ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", AgentOptions.ENVIRONMENT_VARIABLE)
                .forEach(builder.environment()::remove);
        return builder;
    }

    private Outcome run(List<String> command) {
        Path output = directory.resolve("output");
        Path errors = directory.resolve("errors");
        long start = System.nanoTime();
        try {
            Process process = builder(command)
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                return failed("no end after " + PATIENCE_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                return failed("exit status " + process.exitValue() + firstLine(errors) + firstLine(output));
            }
            long millis = (System.nanoTime() - start) / 1_000_000;
            return new Outcome(Optional.empty(), facts(output), millis);
        } catch (IOException e) {
            return failed(Messages.of(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed("interrupted");
        }
    }

    private static Outcome failed(String complaint) {
        return new Outcome(Optional.of(complaint), Map.of(), 0);
    }

    private static String firstLine(Path file) throws IOException {
        return text(file)
                .lines()
                .filter(line -> !line.isBlank())
                .findFirst()
                .map(line -> ": " + line)
                .orElse("");
    }

    private static Map<String, String> facts(Path file) throws IOException {
        Map<String, String> facts = new HashMap<>();
        text(file).lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                facts.put(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        return facts;
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
