package io.tracemalloc.cli;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import subject.Allocator;

/** The packaged command line, run in a process of its own. */
record Launched(int status, String out, String err) {

    static final Path JAR = Path.of(System.getProperty("tracemalloc.jar", "target/tracemalloc.jar"))
            .toAbsolutePath();

    private static final String JAVA_HOME = System.getProperty("java.home");
    private static final long PATIENCE_SECONDS = 120;

    /** A tool of the JDK that runs these tests. */
    static String tool(String name) {
        return Path.of(JAVA_HOME, "bin", name).toString();
    }

    /** Where the traced program is, with nothing else around it. */
    static String classes() {
        try {
            return Path.of(Allocator.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The words that run the command line. */
    static List<String> commandLine(String... args) {
        List<String> command = new ArrayList<>(
                List.of(tool("java"), "-XX:TieredStopAtLevel=1", "-cp", JAR.toString(), Main.class.getName()));
        command.addAll(List.of(args));
        return command;
    }

    static Launched tracemalloc(Path directory, String... args) throws IOException, InterruptedException {
        return of(directory, commandLine(args));
    }

    static Launched shell(Path directory, String script) throws IOException, InterruptedException {
        return of(directory, List.of("sh", "-c", script));
    }

    static Launched of(Path directory, List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "out", ".txt");
        Path err = Files.createTempFile(directory, "err", ".txt");
        Process process = start(directory, command, out, err);
        return ended(process, out, err);
    }

    static Process start(Path directory, List<String> command, Path out, Path err) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "TRACEMALLOC", "NO_COLOR")
                .forEach(builder.environment()::remove);
        return builder.start();
    }

    static Launched ended(Process process, Path out, Path err) throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
            throw new AssertionError("no end after " + PATIENCE_SECONDS + " s: " + Files.readString(err));
        }
        return new Launched(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** Quotes a word for the shell. */
    static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /** A command line for the shell. */
    static String quoted(List<String> words) {
        return String.join(" ", words.stream().map(Launched::quoted).toList());
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "status %d%nout: %s%nerr: %s", status, out, err);
    }
}
