package io.tracemalloc.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracemalloc.Snapshot;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A JVM of its own that runs a subject, under the agent or not. */
final class Forked {

    private static final long DEADLINE_SECONDS = 300;

    private final JavaHome home;
    private final List<String> jvmOptions = new ArrayList<>(List.of("-Xmx512m"));
    private final List<Path> classPath = new ArrayList<>();
    private final List<String> program = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private Path snapshot;

    Forked(JavaHome home) {
        this.home = home;
    }

    static Path agentJar() {
        return Path.of(System.getProperty("tracemalloc.jar", "target/tracemalloc.jar"))
                .toAbsolutePath();
    }

    static String joined(List<Path> classPath) {
        return classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    Forked jvm(String... options) {
        jvmOptions.addAll(Arrays.asList(options));
        return this;
    }

    Forked environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Adds the agent, with the options as they are. */
    Forked agent(String options) {
        return jvm("-javaagent:" + agentJar() + (options.isEmpty() ? "" : "=" + options));
    }

    /** Adds the agent, with a snapshot at exit. */
    Forked traced(String options) {
        snapshot = Scratch.directory().resolve("at-exit.pb.gz");
        return agent(options + (options.isEmpty() ? "" : ",") + "snapshot-at-exit=" + snapshot);
    }

    Forked with(Path... entries) {
        classPath.addAll(Arrays.asList(entries));
        return this;
    }

    Forked main(Subject subject, Object... arguments) {
        classPath.add(subject.classes());
        program.add(subject.mainClass());
        for (Object argument : arguments) {
            program.add(argument.toString());
        }
        return this;
    }

    Forked arguments(String... more) {
        program.addAll(Arrays.asList(more));
        return this;
    }

    List<String> command() {
        List<String> command = new ArrayList<>(List.of(home.java().toString()));
        command.addAll(jvmOptions);
        if (!classPath.isEmpty()) {
            command.add("-cp");
            command.add(joined(classPath));
        }
        command.addAll(program);
        return command;
    }

    /** A started JVM; its output goes to files. */
    Running start() {
        try {
            Path directory = Scratch.directory();
            Path out = directory.resolve("out");
            Path err = directory.resolve("err");
            ProcessBuilder builder =
                    new ProcessBuilder(command()).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "TRACEMALLOC"));
            builder.environment().putAll(environment);
            return new Running(this, builder.start(), out, err);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Runs it to its end. */
    Ended run() {
        return start().end();
    }

    /** As {@link #run}, and fails unless it ended well. */
    Ended succeed() {
        Ended ended = run();
        if (ended.status() != 0) {
            throw new AssertionError(command() + " ended with " + ended.status() + "\n" + ended.out() + ended.err());
        }
        return ended;
    }

    /** A JVM that runs. */
    record Running(Forked forked, Process process, Path outFile, Path errFile) {

        Ended end() {
            try {
                if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(forked.command() + " still runs after " + DEADLINE_SECONDS + " s\n"
                            + Files.readString(outFile) + Files.readString(errFile));
                }
                Ended ended = new Ended(
                        process.exitValue(),
                        Files.readString(outFile, UTF_8),
                        Files.readString(errFile, UTF_8),
                        forked.snapshot);
                Files.delete(outFile);
                Files.delete(errFile);
                return ended;
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            } catch (InterruptedException stopped) {
                process.destroyForcibly();
                throw new IllegalStateException(stopped);
            }
        }

        /** Waits until the program has printed this. */
        void awaitOutput(String text) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
            try {
                while (!Files.readString(outFile, UTF_8).contains(text)) {
                    if (System.nanoTime() > deadline || !process.isAlive()) {
                        throw new AssertionError("never printed " + text + ": " + Files.readString(errFile, UTF_8));
                    }
                    Thread.onSpinWait();
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        /** Waits until a line of its standard error matches, and returns all of it. */
        String awaitError(String regex) {
            Pattern line = Pattern.compile("(?m)^" + regex + "$");
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
            try {
                String text = Files.readString(errFile, UTF_8);
                while (!line.matcher(text).find()) {
                    boolean ended = process.waitFor(20, TimeUnit.MILLISECONDS);
                    text = Files.readString(errFile, UTF_8);
                    if ((ended || System.nanoTime() > deadline)
                            && !line.matcher(text).find()) {
                        throw new AssertionError("never printed " + regex + ": " + text);
                    }
                }
                return text;
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        }
    }

    /** What a JVM left behind. */
    record Ended(int status, String out, String err, Path snapshotFile) {

        /** The snapshot at exit. */
        Snapshot snapshot() {
            try {
                return Snapshot.load(snapshotFile);
            } catch (IOException failure) {
                throw new UncheckedIOException(err, failure);
            }
        }
    }
}
