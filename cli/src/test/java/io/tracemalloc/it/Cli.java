package io.tracemalloc.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One run of the packaged command line in a process of its own. */
record Cli(int status, String out, String err) {

    private static final long DEADLINE_SECONDS = 120;

    static Cli run(String... arguments) throws IOException, InterruptedException {
        return run(List.of(), Forked.agentJar(), arguments);
    }

    /** Begins one, which says nothing. */
    static Process start(String... arguments) throws IOException {
        return builder(command(List.of(), Forked.agentJar(), arguments))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
    }

    /** Behind other words, such as {@code setpriv …}, from this jar. */
    static Cli run(List<String> prefix, Path jar, String... arguments) throws IOException, InterruptedException {
        List<String> command = command(prefix, jar, arguments);
        Path directory = Scratch.directory();
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        Process process = builder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError(command + " still runs\n" + Files.readString(err, UTF_8));
        }
        Cli run = new Cli(process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
        return run;
    }

    private static List<String> command(List<String> prefix, Path jar, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", jar.toString(), "io.tracemalloc.cli.Main"));
        command.addAll(List.of(arguments));
        return command;
    }

    private static ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "TRACEMALLOC"));
        return builder;
    }
}
