package io.tracemalloc.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A JVM that runs {@code known.Served} and does what it is told; its files are open to every user. */
final class ServedJvm implements AutoCloseable {

    static final Subject SUBJECT = Subject.of("known.Served");

    private static final long DEADLINE_SECONDS = 120;

    private final Path directory;
    private final Process process;
    private int orders;

    private ServedJvm(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    /** Starts it in a directory that anybody may read, and waits until it is ready. */
    static ServedJvm start(Path directory, JavaHome home, String... jvmOptions) {
        return start(directory, List.of(), home, jvmOptions);
    }

    /** Behind other words, such as {@code setpriv …}. */
    static ServedJvm start(Path directory, List<String> prefix, JavaHome home, String... jvmOptions) {
        List<String> command = new ArrayList<>(prefix);
        command.add(home.java().toString());
        command.addAll(List.of(jvmOptions));
        command.addAll(List.of("-cp", classes(directory).toString(), SUBJECT.mainClass(), directory.toString()));
        return start(directory, command);
    }

    /** Starts a command that ends in the JVM. */
    static ServedJvm start(Path directory, List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectOutput(directory.resolve("out").toFile())
                    .redirectError(directory.resolve("err").toFile());
            builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "TRACEMALLOC"));
            ServedJvm jvm = new ServedJvm(directory, builder.start());
            jvm.awaitOutput("ready");
            return jvm;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A copy of the program there. */
    static Path classes(Path directory) {
        try {
            open(directory, "rwxr-xr-x");
            Path target = directory.resolve("classes");
            try (Stream<Path> files = Files.walk(SUBJECT.classes())) {
                for (Path file : files.toList()) {
                    Path copy =
                            target.resolve(SUBJECT.classes().relativize(file).toString());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(copy);
                        open(copy, "rwxr-xr-x");
                    } else {
                        Files.copy(file, copy);
                        open(copy, "rw-r--r--");
                    }
                }
            }
            return target;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static void open(Path file, String permissions) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    /** The id of the JVM: of the process, or of what the words before it started. */
    String pid() {
        return Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .filter(handle -> handle.info().command().orElse("").endsWith("/java"))
                .map(handle -> Long.toString(handle.pid()))
                .findFirst()
                .orElseThrow();
    }

    /** Makes it allocate 1,000 arrays. */
    void go() throws IOException {
        orders++;
        Files.createFile(directory.resolve("go" + orders));
        awaitOutput("went " + orders);
    }

    private void awaitOutput(String text) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!out().contains(text)) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                throw new AssertionError("never printed " + text + ": " + out() + err());
            }
            Thread.onSpinWait();
        }
    }

    String out() {
        return read("out");
    }

    String err() {
        return read("err");
    }

    private String read(String file) {
        try {
            return Files.readString(directory.resolve(file), UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Ends the program; its exit status. */
    int end() throws IOException, InterruptedException {
        Files.createFile(directory.resolve("end"));
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("does not end: " + err());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        Killed.kill(process);
    }
}
