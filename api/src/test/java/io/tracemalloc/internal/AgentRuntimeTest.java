package io.tracemalloc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.spi.CaptureBackendProvider;
import io.tracemalloc.spi.RemoteChannelProvider;
import io.tracemalloc.spi.SnapshotFormatProvider;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents in JVMs of their own: what they print, what they write, and how the program ends. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class AgentRuntimeTest {

    @TempDir
    Path directory;

    private Path services;
    private Path files;
    private final List<String> jvmOptions = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();

    private record Ended(int status, String out, String err) {}

    @BeforeEach
    void makeServices() throws IOException {
        services = Files.createDirectories(directory.resolve("services/META-INF/services"));
        files = Files.createDirectory(directory.resolve("files"));
        service(CaptureBackendProvider.class, AgentSubject.Backends.class);
        service(SnapshotFormatProvider.class, AgentSubject.Format.class);
    }

    @Test
    void writesSnapshotAtNormalEnd() throws IOException, InterruptedException {
        Path file = files.resolve("heap.txt");

        Ended ended = run("frames=3,snapshot-at-exit=" + file, "return");

        assertThat(ended).isEqualTo(new Ended(0, "main\n", "tracemalloc: wrote " + file + " (1 record, 7 B)\n"));
        assertThat(file).hasContent("1 live\n");
    }

    @Test
    void writesSnapshotAtSystemExitAndKeepsTheStatus() throws IOException, InterruptedException {
        Path file = files.resolve("heap.txt");

        Ended ended = run("default-metric=allocated,snapshot-gc=true,snapshot-at-exit=" + file, "exit");

        assertThat(ended).isEqualTo(new Ended(5, "main\n", "tracemalloc: wrote " + file + " (1 record, 12 B)\n"));
        assertThat(file).hasContent("1 allocated\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"})
    void saysThatTheJvmDoesNotCollect(String variable) throws IOException, InterruptedException {
        Path file = files.resolve("heap.txt");
        String options = "snapshot-gc=true,snapshot-at-exit=" + file;
        String said = "tracemalloc: " + SystemGc.IGNORED + "\n";
        environment.put(variable, "-XX:+DisableExplicitGC");

        assertThat(run(options, "return").err()).containsOnlyOnce(said);
        assertThat(run("snapshot-at-exit=" + file, "return").err()).doesNotContain(said);
        jvmOptions.add("-Dcollecting=true");
        assertThat(run(options, "return").err()).doesNotContain(said);
        jvmOptions.set(0, "-XX:-DisableExplicitGC");
        assertThat(run(options, "return").err()).doesNotContain(said);
    }

    @Test
    void writesSnapshotAtSigterm() throws IOException, InterruptedException {
        Path file = files.resolve("heap.txt");
        Process process = start("snapshot-at-exit=" + file, "wait");
        assertThat(process.getInputStream().read()).isEqualTo('m');

        process.destroy();

        assertThat(process.waitFor()).isEqualTo(143);
        assertThat(file).hasContent("1 live\n");
    }

    @Test
    void writesSnapshotEverySoOftenForProgramsThatAreKilled() throws IOException, InterruptedException {
        Path file = files.resolve("heap.txt");

        Ended ended = run("snapshot-every=1ms,snapshot-at-exit=" + file, "haltOnceWritten", file.toString());

        assertThat(ended.status()).isEqualTo(7);
        assertThat(file).hasContent("1 live\n");
    }

    @Test
    void numbersSnapshotsOfSeries() throws IOException, InterruptedException {
        Ended ended = run(
                "snapshot-every=1ms,snapshot-at-exit=" + files.resolve("heap.%n.txt"),
                "exitOnceWritten",
                files.resolve("heap.3.txt").toString());

        assertThat(ended.status()).isZero();
        assertThat(names()).contains("heap.1.txt", "heap.2.txt", "heap.3.txt", "heap.4.txt");
    }

    @Test
    void endsWithoutDeadlockWhileProgramHoldsStandardError() throws IOException, InterruptedException {
        Path file = files.resolve("heap.txt");

        Ended ended = run("snapshot-at-exit=" + file, "holdSystemErr");

        assertThat(ended.status()).isZero();
        assertThat(file).exists();
    }

    @Test
    void endsLaunchWithOneLineOnBadOption() throws IOException, InterruptedException {
        assertThat(run("0x", "return"))
                .isEqualTo(new Ended(1, "", "tracemalloc: frames must be in 1..65535, got 0x\n"));
        assertThat(run("frames=666", "return"))
                .isEqualTo(new Ended(1, "", "tracemalloc: the fake backend keeps at most 665 frames, got 666\n"));
        assertThat(run("listen=7070", "return"))
                .isEqualTo(
                        new Ended(
                                1,
                                "",
                                "tracemalloc: no remote channel is available (none was found); add tracemalloc-remote-netty to the class path\n"));
        assertThat(run("backend=jvmti", "return"))
                .isEqualTo(new Ended(
                        1,
                        "",
                        "tracemalloc: no capture backend is named jvmti (fake: available, priority 0);"
                                + " add -javaagent:tracemalloc.jar to the java command\n"));
    }

    @Test
    void readsTheEnvironmentWithoutOptionText() throws IOException, InterruptedException {
        Path file = files.resolve("heap.txt");
        environment.put("TRACEMALLOC", "snapshot-at-exit=" + file);

        assertThat(run("-", "return").status()).isZero();

        assertThat(file).exists();
    }

    @Test
    void runsProgramUntracedIfBackendFails() throws IOException, InterruptedException {
        jvmOptions.add("-Dfailing=start");

        Ended ended = run("snapshot-at-exit=" + files.resolve("heap.txt"), "exit");

        assertThat(ended)
                .isEqualTo(new Ended(
                        5,
                        "main\n",
                        "tracemalloc: the program runs untraced:"
                                + " capture backend fake could not start: StackOverflowError: made up\n"));
        assertThat(names()).isEmpty();
    }

    @Test
    void keepsStatusIfSnapshotFails() throws IOException, InterruptedException {
        jvmOptions.add("-Dfailing=writeTo");
        Path file = files.resolve("heap.txt");

        Ended ended = run("snapshot-at-exit=" + file, "exit");

        assertThat(ended)
                .isEqualTo(new Ended(
                        5,
                        "main\n",
                        "tracemalloc: cannot write " + file
                                + ": capture backend fake could not take a snapshot: StackOverflowError: made up\n"));
        assertThat(names()).isEmpty();
    }

    @Test
    void saysInOneLineThatTargetCannotBeWritten() throws IOException, InterruptedException {
        Path missing = files.resolve("missing/heap.txt");

        Ended inMissing = run("snapshot-at-exit=" + missing, "exit");
        Ended toDirectory = run("snapshot-at-exit=" + directory, "exit");

        assertThat(inMissing.status()).isEqualTo(5);
        assertThat(inMissing.err())
                .startsWith("tracemalloc: cannot write " + missing + ": ")
                .containsOnlyOnce("\n");
        assertThat(toDirectory.status()).isEqualTo(5);
        assertThat(toDirectory.err()).isEqualTo("tracemalloc: cannot write " + directory + ": it is a directory\n");
        assertThat(names()).isEmpty();
    }

    @Test
    void writesNothingWhereNothingIsTraced() throws IOException, InterruptedException {
        String nothing = "tracemalloc: wrote nothing at exit, for nothing is traced any more\n";
        Path file = files.resolve("heap.txt");

        assertThat(run("0", "return")).isEqualTo(new Ended(0, "main\n", ""));
        assertThat(run("snapshot-at-exit=" + file, "stop")).isEqualTo(new Ended(0, "main\n", nothing));
        assertThat(names()).isEmpty();
    }

    @Test
    void keepsFirstAgentIfLoadedAgain() throws IOException, InterruptedException {
        Ended ended = run("frames=3", "startAgain");

        assertThat(ended)
                .isEqualTo(new Ended(
                        0, "main\n", "tracemalloc: the agent is loaded already; its options stay as they are\n"));
    }

    @Test
    void refusesBadOptionsOfAttachWithoutEndingTheProgram() throws IOException, InterruptedException {
        Ended ended = run("0", "attachBadly");

        assertThat(ended).isEqualTo(new Ended(0, "main\nfalse\n", "tracemalloc: frames must be in 1..65535, got x\n"));
    }

    @Test
    void opensChannelAndClosesItAtTheEnd() throws IOException, InterruptedException {
        service(RemoteChannelProvider.class, AgentSubject.Channels.class);

        assertThat(run("0,listen=localhost:1", "return"))
                .isEqualTo(
                        new Ended(0, "main\n", "tracemalloc: listening on http://localhost:1\ntracemalloc: closed\n"));
        assertThat(run("0,listen=taken", "return"))
                .isEqualTo(new Ended(0, "main\n", "tracemalloc: cannot listen on taken: Address already in use\n"));
        assertThat(run("0,listen=0.0.0.0:1", "return"))
                .isEqualTo(new Ended(1, "", "tracemalloc: listen beyond loopback needs TLS\n"));
    }

    @Test
    void showsItsSessionToOtherCopiesThroughTheBootLoader() throws IOException, InterruptedException {
        Path boot = Files.createDirectory(directory.resolve("boot"));
        MeetingPoint.compileInto(boot, MeetingPoint.SOURCE);

        Ended alone = run("25", "askFromAnotherCopy");
        jvmOptions.add("-Xbootclasspath/a:" + boot);
        Ended together = run("25", "askFromAnotherCopy");

        assertThat(alone.out()).isEqualTo("main\nfalse\n");
        assertThat(together.out()).isEqualTo("main\ntrue\n");
    }

    @Test
    void saysWhatItDoesIfVerbose() throws IOException, InterruptedException {
        assertThat(run("25,verbose=true", "return").err())
                .isEqualTo(
                        "tracemalloc: tracing, frames=25,backend=auto,interval=524288,live=sampled,callers=sampled,threads=false,"
                                + "memory-limit=268435456\n");
    }

    @Test
    void jvmsOfOneRunShareFileNamesAndLeaveTheListToTheRun() throws IOException, InterruptedException {
        Path file = Files.writeString(files.resolve("heap.txt"), "of an earlier run");
        RunDirectory run = RunDirectory.create();
        String options = "snapshot-at-exit=" + file + ",run-dir=" + run.path();

        assertThat(run(options, "return")).isEqualTo(new Ended(0, "main\n", ""));
        assertThat(run(options, "return")).isEqualTo(new Ended(0, "main\n", ""));

        assertThat(file).hasContent("1 live\n");
        assertThat(run.writtenFiles()).hasSize(2).startsWith(file);
        assertThat(run.startedProcesses()).hasSize(2);
        assertThat(names()).hasSize(2).allMatch(name -> name.matches("heap(\\.\\d+)?\\.txt"));
        run.delete();
    }

    @Test
    void writesSnapshotWhenThreadDiesOfMemory() throws IOException, InterruptedException {
        Path file = files.resolve("oom.txt");

        Ended ended = run("snapshot-on-oom=" + file, "dieOfMemory");

        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.err())
                .startsWith("tracemalloc: thread main died of java.lang.OutOfMemoryError: made up\n"
                        + "tracemalloc: wrote " + file + " (1 record, 7 B)\n"
                        + "Exception in thread \"main\" java.lang.OutOfMemoryError: made up\n"
                        + "\tat ");
        assertThat(file).hasContent("1 live\n");
    }

    @Test
    void leavesOtherUncaughtExceptionsAsTheyAre() throws IOException, InterruptedException {
        Ended watched = run("snapshot-on-oom=" + files.resolve("oom.txt"), "dieOtherwise");
        Ended plain = run("0", "dieOtherwise");

        assertThat(watched).isEqualTo(plain);
        assertThat(plain.status()).isEqualTo(1);
        assertThat(names()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+UseSerialGC", "-XX:+UseParallelGC", "-XX:+UseG1GC"})
    void writesSnapshotWhenHeapIsNearlyFull(String collector) throws IOException, InterruptedException {
        jvmOptions.addAll(List.of("-Xmx64m", collector));
        Path file = files.resolve("oom.txt");

        Ended ended = run("snapshot-on-oom=" + file, "fillHeap", file.toString());

        assertThat(ended.out()).isEqualTo("main\nsurvived\n");
        assertThat(ended.err()).startsWith("tracemalloc: the heap is nearly full after a collection\n");
        assertThat(file).hasContent("1 live\n");
    }

    private Ended run(String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out, Files.readString(directory.resolve("stderr")));
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", classPath(), AgentSubject.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().remove("TRACEMALLOC");
        builder.environment().putAll(environment);
        return builder.redirectError(directory.resolve("stderr").toFile()).start();
    }

    private String classPath() {
        return String.join(
                File.pathSeparator,
                locationOf(AgentRuntime.class),
                locationOf(AgentSubject.class),
                directory.resolve("services").toString());
    }

    private static String locationOf(Class<?> type) {
        return new File(type.getProtectionDomain().getCodeSource().getLocation().getPath()).toString();
    }

    private void service(Class<?> type, Class<?> provider) throws IOException {
        Files.writeString(services.resolve(type.getName()), provider.getName() + "\n");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(files)) {
            return entries.map(each -> each.getFileName().toString()).toList();
        }
    }
}
