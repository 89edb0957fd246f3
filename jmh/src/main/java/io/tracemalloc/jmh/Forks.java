package io.tracemalloc.jmh;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Where forked JVMs find the tracer, the peer and the programs to trace.
 *
 * <p>Run from the project's root or from the {@code jmh} folder, or set {@code tracemalloc.jar} and
 * {@code programs.classpath}.
 */
final class Forks {

    private Forks() {}

    /** The Java that runs this. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** The version line of a Java. */
    static String version(String java) {
        try {
            Process process = new ProcessBuilder(java, "-version")
                    .redirectErrorStream(true)
                    .start();
            List<String> lines = process.inputReader().lines().toList();
            return lines.size() > 1 ? lines.get(1) : String.join(" ", lines);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The distribution, which is the agent too. */
    static String tracer() {
        return existing("tracemalloc.jar", "cli/target/tracemalloc.jar");
    }

    /** Class path of a forked JVM: this one's and the programs. */
    static String classPath() {
        return System.getProperty("java.class.path") + File.pathSeparator + programs();
    }

    /** Class path of the programs to trace. */
    static String programs() {
        try {
            return Files.readString(Path.of(existing("programs.classpath", "jmh/target/programs.classpath")))
                    .strip();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The jar among the programs whose file name begins like this. */
    static String program(String prefix) {
        for (String jar : programs().split(File.pathSeparator)) {
            if (Path.of(jar).getFileName().toString().startsWith(prefix)) {
                return jar;
            }
        }
        throw new IllegalStateException("no " + prefix + " in programs.classpath");
    }

    static String scratch(String name) {
        return Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "tracemalloc-" + ProcessHandle.current().pid() + "-" + name)
                .toString();
    }

    static <T> List<T> rotated(List<T> elements, int distance) {
        List<T> rotated = new ArrayList<>(elements);
        Collections.rotate(rotated, -distance);
        return rotated;
    }

    private static String existing(String property, String fromRoot) {
        String given = System.getProperty(property);
        Path path = given != null ? Path.of(given) : Path.of(fromRoot);
        if (given == null && !Files.exists(path)) {
            path = Path.of("..").resolve(fromRoot);
        }
        if (!Files.exists(path)) {
            throw new IllegalStateException("no " + path + ": build it first with mvn package, or set -D" + property);
        }
        return path.toAbsolutePath().normalize().toString();
    }

    /** What a command prints; an exception with what it says on stderr if it fails. */
    static List<String> lines(List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("tracemalloc-", "-errors.txt");
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            List<String> lines;
            try (BufferedReader out = process.inputReader()) {
                lines = out.lines().toList();
            }
            int status = process.waitFor();
            if (status != 0) {
                throw new IOException(
                        "status " + status + " from " + String.join(" ", command) + "\n" + Files.readString(errors));
            }
            return lines;
        } finally {
            Files.delete(errors);
        }
    }
}
