package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.filter.Filter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that reach into a running JVM, on JVMs as they are. */
final class AttachIT {

    private static final String QUIET = "-XX:+EnableDynamicAgentLoading";
    private static final int ARRAY = ServedJvm.SUBJECT.lineOf("array");
    private static final String SITE = ServedJvm.SUBJECT.fileName() + ":" + ARRAY;
    private static final int NOBODY = 65_534;
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");

    @TempDir
    private Path directory;

    @BeforeEach
    void needsLinux() {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "attaching needs Linux");
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void countsExactlyFromAttachToDetach(int feature) throws Exception {
        try (ServedJvm jvm = ServedJvm.start(directory, JavaHome.of(feature), QUIET)) {
            String pid = jvm.pid();
            jvm.go();
            assertSaid(Cli.run("attach", pid), 0, pid + ": traced, 25 frames, backend bytebuddy");
            jvm.go();

            Snapshot snapshot = snapshot(pid);

            assertThat(arrays(snapshot)).isEqualTo(1_000);
            assertThat(snapshot.tracebackLimit()).isEqualTo(25);
            assertThat(snapshot.has(Metric.LIVE)).isTrue();
            assertThat(Cli.run("stats", pid, "--metric", "allocated", "--include", "*Served.java")
                            .out())
                    .startsWith(SITE + ": size=1000 KiB, count=1000, average=1024 B\n");
            assertThat(Cli.run("status", pid).out())
                    .contains("known.Served")
                    .contains("tracing   25 frames, interval 512 KiB")
                    .contains("dropped   0 events");
            assertSaid(Cli.run("clear", pid), 0, pid + ": cleared");
            assertSaid(Cli.run("reset-peak", pid), 0, pid + ": peak reset");
            jvm.go();
            assertThat(arrays(snapshot(pid))).isEqualTo(1_000);
            assertSaid(Cli.run("attach", pid), 3, pid + ": it is traced already, 25 frames deep; stop that first");

            assertSaid(Cli.run("detach", pid), 0, pid + ": not traced any more");
            assertSaid(Cli.run("detach", pid), 3, pid + ": it is not traced");
            assertSaid(Cli.run("stop", pid), 3, pid + ": it is not traced");
            assertSaid(Cli.run("stats", pid), 3, pid + ": it is not traced");
            assertThat(Cli.run("status", pid).out()).contains("tracing   no");
            jvm.go();
            assertSaid(
                    Cli.run("start", pid, "--frames", "3", "--backend", "bytebuddy"),
                    0,
                    pid + ": traced, 3 frames, backend ");
            jvm.go();
            assertThat(arrays(snapshot(pid))).isEqualTo(1_000);

            assertThat(jvm.end()).isZero();
            assertThat(jvm.out()).isEqualTo("ready\nwent 1\nwent 2\nwent 3\nwent 4\nwent 5\nkept 5000\n");
            assertThat(jvm.err()).isEmpty();
            assertNothingLeft(Path.of("/tmp"), pid);
        }
    }

    @Test
    void leavesNothingBehindWhenItIsInterrupted() throws Exception {
        try (ServedJvm jvm = ServedJvm.start(directory, JavaHome.of(17))) {
            String pid = jvm.pid();
            assertSaid(Cli.run("attach", pid), 0, pid + ": traced, 25 frames, backend bytebuddy");
            Path target = Files.createDirectory(directory.resolve("target"));
            List<Path> before = shared();
            Process command = Cli.start(
                    "snapshot",
                    pid,
                    "--seconds",
                    "100",
                    "-o",
                    target.resolve("app.pb.gz").toString());
            List<Path> added = List.of();
            while (command.isAlive() && (filesIn(target).isEmpty() || added.isEmpty())) {
                Thread.sleep(10);
                added = shared();
                added.removeAll(before);
            }

            command.destroy();

            assertThat(command.waitFor()).isEqualTo(143);
            assertThat(filesIn(target)).isEmpty();
            // Some may be those of other commands on this machine, which last for a moment.
            for (int i = 0; i < 1_000 && shared().stream().anyMatch(added::contains); i++) {
                Thread.sleep(10);
            }
            assertThat(shared()).doesNotContainAnyElementsOf(added);
        }
    }

    private static List<Path> shared() throws IOException {
        return filesIn(Path.of("/tmp")).stream()
                .filter(file -> file.getFileName().toString().startsWith(".tracemalloc-"))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static List<Path> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    /** Snapshot of the JVM, by way of a file. */
    private Snapshot snapshot(String pid) throws IOException, InterruptedException {
        Path file = directory.resolve("snapshot.pb.gz");
        Cli run = Cli.run("snapshot", pid, "--gc", "-o", file.toString());
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).startsWith("tracemalloc: wrote " + file + " (");
        Snapshot snapshot = Snapshot.load(file);
        Files.delete(file);
        return snapshot;
    }

    private static long arrays(Snapshot snapshot) {
        return snapshot.filter(Filter.builder(true)
                        .file(ServedJvm.SUBJECT.fileName())
                        .line(ARRAY)
                        .build())
                .totalCount(Metric.ALLOCATED);
    }

    private static void assertSaid(Cli run, int status, String words) {
        assertThat(run.err()).startsWith("tracemalloc: " + words).hasLineCount(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(status);
    }

    private static void assertNothingLeft(Path tmp, String pid) throws IOException {
        try (Stream<Path> files = Files.list(tmp)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .doesNotContain(".tracemalloc_pid" + pid, ".attach_pid" + pid);
        }
    }

    @Test
    void commandsReachAnAgentOfTheCommandLine() throws Exception {
        try (ServedJvm jvm =
                ServedJvm.start(directory, JavaHome.of(25), QUIET, "-javaagent:" + Forked.agentJar() + "=frames=2")) {
            jvm.go();

            assertThat(arrays(snapshot(jvm.pid()))).isEqualTo(1_000);
            assertThat(Cli.run("list").out()).containsPattern("(?m)^ *" + jvm.pid() + " .* loaded known.Served ");
            assertSaid(Cli.run("stop", jvm.pid()), 0, jvm.pid() + ": not traced any more");
            assertThat(jvm.end()).isZero();
            assertThat(jvm.err()).isEmpty();
        }
    }

    @Test
    void writesWhatHappenedMeanwhile() throws Exception {
        try (ServedJvm jvm = ServedJvm.start(directory, JavaHome.of(17))) {
            String pid = jvm.pid();
            assertSaid(Cli.run("attach", pid, "--backend", "bytebuddy"), 0, pid + ": traced, ");
            jvm.go();
            Path file = directory.resolve("growth.pb.gz");
            CompletableFuture<Cli> growth = CompletableFuture.supplyAsync(() -> {
                try {
                    return Cli.run("snapshot", pid, "--seconds", "5", "-o", file.toString());
                } catch (IOException | InterruptedException failure) {
                    throw new CompletionException(failure);
                }
            });
            // Either snapshot may come in the middle of an order; what came before the first is in neither.
            while (!growth.isDone()) {
                jvm.go();
            }

            assertThat(growth.get().status()).as(growth.get().err()).isZero();
            Snapshot snapshot = Snapshot.load(file);
            assertThat(arrays(snapshot)).isBetween(1_000L, arrays(snapshot(pid)) - 1);
            assertThat(snapshot.info().duration().toSeconds()).isBetween(5L, 120L);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void collectsWhereTheJvmIgnoresSystemGc(int feature) throws Exception {
        Path log = directory.resolve("gc.log");
        try (ServedJvm jvm =
                ServedJvm.start(directory, JavaHome.of(feature), "-XX:+DisableExplicitGC", "-Xlog:gc:file=" + log)) {
            String pid = jvm.pid();
            assertSaid(Cli.run("attach", pid), 0, pid + ": traced, 25 frames, backend bytebuddy+jvmti");
            jvm.go();

            assertThat(snapshot(pid).columns().attributes()).doesNotContainKey("note.gc");
            assertThat(log).content().contains("ForceGarbageCollection");
            assertThat(jvm.end()).isZero();
        }
    }

    /** They drew their first sample at the VM's own interval, 512 KiB. */
    @ParameterizedTest
    @CsvSource({"17, 16k, true", "25, 16k, true", "17, 512k, false", "25, 512k, false"})
    void saysThatEarlierThreadsMissBlocks(int feature, String interval, boolean missing) throws Exception {
        try (ServedJvm jvm = ServedJvm.start(directory, JavaHome.of(feature))) {
            String pid = jvm.pid();
            assertSaid(Cli.run("attach", pid, "--interval", interval), 0, pid + ": traced, ");
            jvm.go();

            assertThat(snapshot(pid).columns().attributes().containsKey("note.earlier_threads"))
                    .isEqualTo(missing);
            assertThat(jvm.end()).isZero();
        }
    }

    @Test
    void saysThatTheJvmIgnoresSystemGc() throws Exception {
        try (ServedJvm jvm = ServedJvm.start(directory, JavaHome.of(17), "-XX:+DisableExplicitGC")) {
            String pid = jvm.pid();
            String note = "garbage was not collected: the JVM ignores System.gc() (-XX:+DisableExplicitGC)";
            assertSaid(Cli.run("attach", pid, "--backend", "bytebuddy"), 0, pid + ": traced, ");
            jvm.go();
            Path file = directory.resolve("snapshot.pb.gz");

            Cli asked = Cli.run("snapshot", pid, "--gc", "-o", file.toString());
            Cli unasked = Cli.run("stats", pid);

            assertThat(asked.err())
                    .startsWith("tracemalloc: " + pid + ": " + note)
                    .hasLineCount(2);
            assertThat(asked.status()).isZero();
            assertThat(unasked.err()).doesNotContain(note);
            assertThat(Snapshot.load(file).columns().attributes().get("note.gc"))
                    .startsWith(note);
            assertThat(jvm.end()).isZero();
            assertThat(jvm.err()).doesNotContain(note);
        }
    }

    @Test
    void listsWithoutDisturbing() throws Exception {
        try (ServedJvm jvm = ServedJvm.start(directory, JavaHome.of(25))) {
            Cli text = Cli.run("list");
            Cli json = Cli.run("list", "--json");

            assertThat(text.out())
                    .startsWith("    PID USER")
                    .containsPattern("(?m)^ *" + jvm.pid() + " .* - +known.Served ");
            assertThat(json.out())
                    .startsWith("{\"schema\": \"tracemalloc.list/1\"")
                    .contains("{\"pid\": " + jvm.pid() + ", ")
                    .contains("\"agent\": \"none\"");
            assertSaid(
                    Cli.run("status", jvm.pid()), 3, jvm.pid() + ": is not traced; 'tracemalloc attach " + jvm.pid());
            assertThat(jvm.end()).isZero();
            assertThat(jvm.err()).isEmpty();
        }
    }

    @Test
    void writesTheSnapshotAtExitThatItWasAskedFor() throws Exception {
        Path file = directory.resolve("exit.pb.gz");
        try (ServedJvm jvm = ServedJvm.start(directory, JavaHome.of(17))) {
            assertSaid(
                    Cli.run("attach", jvm.pid(), "--snapshot-at-exit", file.toString()), 0, jvm.pid() + ": traced, ");
            jvm.go();
            assertThat(jvm.end()).isZero();

            assertThat(jvm.err()).startsWith("tracemalloc: wrote " + file).hasLineCount(1);
            assertThat(arrays(Snapshot.load(file))).isEqualTo(1_000);
        }
    }

    @Test
    void saysWhereTheChannelListensOrWhyItDoesNot() throws Exception {
        try (ServedJvm jvm = ServedJvm.start(directory, JavaHome.of(17), QUIET)) {
            String pid = jvm.pid();
            String port;
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = Integer.toString(taken.getLocalPort());

                Cli refused = Cli.run("attach", pid, "--listen", port);

                assertSaid(refused, 3, pid + ": traced, but cannot listen on " + port + ": ");
                assertThat(refused.err()).contains("Address already in use");
            }
            for (int i = 0; i < 2; i++) {
                assertSaid(Cli.run("detach", pid), 0, pid + ": not traced any more");
                Cli done = Cli.run("attach", pid, "--listen", port);
                assertThat(done.err())
                        .startsWith("tracemalloc: " + pid + ": listening on http://127.0.0.1:" + port + ", token in /")
                        .contains("tracemalloc: " + pid + ": traced, 25 frames")
                        .hasLineCount(2);
                assertThat(done.status()).isZero();
            }
            assertThat(jvm.end()).isZero();
            assertThat(jvm.err()).containsOnlyOnce("tracemalloc: listening on");
        }
    }

    @Test
    void socketsOfTheChannelAreNamedFromTheCommandsDirectory() throws Exception {
        Path own = Files.createDirectory(directory.resolve("own"));
        try (ServedJvm jvm = ServedJvm.start(directory, JavaHome.of(17), QUIET)) {
            List<String> there = List.of("sh", "-c", "cd \"$0\" && exec \"$@\"", own.toString());

            Cli run = Cli.run(there, Forked.agentJar(), "attach", jvm.pid(), "--listen", "unix:x.sock");

            assertThat(run.status()).as(run.err()).isZero();
            assertThat(own.resolve("x.sock")).exists();
            assertThat(jvm.end()).isZero();
        }
    }

    @Test
    void leavesNothingHalfWrittenWhereItMayNotWrite() throws Exception {
        try (ServedJvm jvm = ServedJvm.start(directory, JavaHome.of(17))) {
            Path file = directory.resolve("none/s.pb.gz");

            Cli run = Cli.run("snapshot", jvm.pid(), "-o", file.toString());

            assertSaid(run, 3, file + ": no such directory");
            Path never = directory.resolve("never.pb.gz");
            assertThat(Cli.run("snapshot", jvm.pid(), "-o", never.toString()).status())
                    .isEqualTo(3);
            try (Stream<Path> files = Files.list(directory)) {
                assertThat(files.map(each -> each.getFileName().toString())).noneMatch(name -> name.contains("never"));
            }
        }
    }

    @Test
    void refusesWhatIsNoJvmAndLeavesItAlone() throws Exception {
        Process sleeping = new ProcessBuilder("sleep", "300").start();
        try {
            String pid = Long.toString(sleeping.pid());

            assertSaid(
                    Cli.run("attach", pid),
                    3,
                    pid + ": is not a HotSpot JVM; 'tracemalloc list' shows those there are");
            assertSaid(Cli.run("status", pid), 3, pid + ": is not a HotSpot JVM");
            assertThat(sleeping.isAlive()).isTrue();
        } finally {
            sleeping.destroyForcibly();
        }
        assertSaid(Cli.run("attach", "999999999"), 3, "999999999: no such process");
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void namesTheFlagsThatForbidIt(int feature) throws Exception {
        String both = ": its JVM loads no agents (JEP 451, -XX:-EnableDynamicAgentLoading); restart it with";
        refuses(feature, "-XX:-EnableDynamicAgentLoading", both);
        refuses(feature, "-XX:+DisableAttachMechanism", ": its JVM takes no attaching (-XX:+DisableAttachMechanism)");
    }

    /** SIGQUIT would end such a JVM; but it listens from the start. */
    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void reachesAJvmThatLeavesSignalsAlone(int feature) throws Exception {
        try (ServedJvm jvm = ServedJvm.start(directory, JavaHome.of(feature), "-Xrs")) {
            assertSaid(Cli.run("attach", jvm.pid()), 0, jvm.pid() + ": traced, ");
            assertThat(jvm.end()).isZero();
        }
    }

    private void refuses(int feature, String flag, String message) throws Exception {
        Path own = Files.createDirectory(directory.resolve("jvm" + flag.hashCode()));
        try (ServedJvm jvm = ServedJvm.start(own, JavaHome.of(feature), flag)) {
            assertSaid(Cli.run("attach", jvm.pid(), "--timeout", "3"), 3, jvm.pid() + message);
            assertThat(jvm.end()).isZero();
            assertThat(jvm.out()).isEqualTo("ready\nkept 0\n");
            assertThat(jvm.err()).isEmpty();
        }
    }

    @Test
    void saysThatAJvmIsStopped() throws Exception {
        try (ServedJvm jvm = ServedJvm.start(directory, JavaHome.of(17))) {
            String pid = jvm.pid();
            signal("STOP", pid);
            assertSaid(
                    Cli.run("attach", pid, "--timeout", "1"),
                    3,
                    pid + ": does not listen within 1 s: it is stopped; 'kill -CONT " + pid + "' lets it go on");
            signal("CONT", pid);
            assertSaid(Cli.run("attach", pid), 0, pid + ": traced, ");

            signal("STOP", pid);
            assertSaid(
                    Cli.run("status", pid, "--timeout", "1"),
                    3,
                    pid + ": does not answer within 1 s: it is stopped; 'kill -CONT " + pid + "' lets it go on");
            signal("CONT", pid);
            assertThat(Cli.run("status", pid).out()).contains("tracing   25 frames");
            assertThat(jvm.end()).isZero();
            assertThat(jvm.out()).as("without a thread dump").isEqualTo("ready\nkept 0\n");
        }
    }

    /** In the place of an agent, a program that ends when it has got the command. */
    @Test
    void saysThatAJvmEndedBeforeItsAgentAnswered() throws Exception {
        Path source = Files.writeString(directory.resolve("Ends.java"), """
                import java.net.StandardProtocolFamily;
                import java.net.UnixDomainSocketAddress;
                import java.nio.ByteBuffer;
                import java.nio.channels.ServerSocketChannel;
                import java.nio.channels.SocketChannel;
                import java.nio.file.Files;
                import java.nio.file.Path;

                class Ends {
                    public static void main(String[] socket) throws Exception {
                        String pid = Long.toString(ProcessHandle.current().pid());
                        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                        Files.deleteIfExists(Path.of(socket[0] + pid)); // of an earlier process, which was killed
                        server.bind(UnixDomainSocketAddress.of(socket[0] + pid));
                        System.out.println(pid);
                        SocketChannel client = server.accept();
                        while (client.read(ByteBuffer.allocate(4096)) == 4096) {}
                        Runtime.getRuntime().halt(0);
                    }
                }
                """);
        Process ends = new ProcessBuilder(JavaHome.of(17).java().toString(), source.toString(), "/tmp/.tracemalloc_pid")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            String pid = ends.inputReader().readLine();
            assertSaid(Cli.run("attach", pid), 3, pid + ": it has ended");
        } finally {
            Killed.kill(ends);
        }
    }

    private static void signal(String name, String pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void reachesAnotherUsersJvmAsRoot(int feature) throws Exception {
        assumeTrue(isRoot() && runs(AS_NOBODY), "needs root and setpriv");
        openPath();
        try (ServedJvm jvm = ServedJvm.start(directory, AS_NOBODY, JavaHome.of(feature), QUIET)) {
            String pid = jvm.pid();
            assertSaid(Cli.run("attach", pid), 0, pid + ": traced, 25 frames");
            jvm.go();

            assertThat(arrays(snapshot(pid))).isEqualTo(1_000);
            assertSaid(Cli.run("detach", pid), 0, pid + ": not traced any more");
            assertThat(jvm.end()).isZero();
            assertThat(jvm.out()).isEqualTo("ready\nwent 1\nkept 1000\n");
            assertThat(jvm.err()).isEmpty();
        }
    }

    @Test
    void saysThatAnotherUsersSocketIsInTheWay() throws Exception {
        assumeTrue(isRoot() && runs(AS_NOBODY), "needs root and setpriv");
        openPath();
        try (ServedJvm jvm = ServedJvm.start(directory, AS_NOBODY, JavaHome.of(17), QUIET)) {
            String pid = jvm.pid();
            Files.createFile(Path.of("/tmp/.java_pid" + pid));

            assertSaid(
                    Cli.run("attach", pid, "--timeout", "2"),
                    3,
                    pid + ": cannot listen: /tmp/.java_pid" + pid + " is another user's, mostly of an earlier process");
        }
    }

    @Test
    void refusesAnotherUsersJvmWithoutRoot() throws Exception {
        assumeTrue(isRoot() && runs(AS_NOBODY), "needs root, to be somebody else, and setpriv");
        openPath();
        Path jar = Files.copy(Forked.agentJar(), directory.resolve("tracemalloc.jar"));
        ServedJvm.open(jar, "rw-r--r--");
        try (ServedJvm jvm = ServedJvm.start(directory, JavaHome.of(17))) {
            Cli run = Cli.run(AS_NOBODY, jar, "attach", jvm.pid());

            assertSaid(run, 3, jvm.pid() + ": permission denied: it runs as root; attach as that user");
            assertThat(Cli.run(AS_NOBODY, jar, "list").out()).containsPattern("(?m)^ *" + jvm.pid() + " root +\\? ");
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Lets everybody come as far as the directory of this test. */
    private void openPath() throws IOException {
        for (Path path = directory; path != null && !path.equals(Path.of("/tmp")); path = path.getParent()) {
            assumeTrue(path.startsWith("/tmp"), "the temporary directory is not below /tmp");
            ServedJvm.open(path, "rwxr-xr-x");
        }
    }

    private static boolean runs(List<String> prefix) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(
                            Stream.concat(prefix.stream(), Stream.of("true")).toList())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    /** Both are process 1 of their namespaces, so their sockets have the same names. */
    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void tellsJvmsApartThatShareATmp(int feature) throws Exception {
        List<String> isolated = List.of("unshare", "--pid", "--mount-proc", "--fork", "--kill-child");
        assumeTrue(isRoot() && runs(isolated), "needs root and unshare --pid --mount-proc");
        Path tmp = Files.createDirectory(directory.resolve("tmp"));
        try (ServedJvm one = startWith(tmp, isolated, "one", feature);
                ServedJvm other = startWith(tmp, isolated, "other", feature)) {
            String answered = other.pid() + ": another JVM answered, ";
            assertSaid(Cli.run("attach", one.pid()), 0, one.pid() + ": traced, 25 frames");

            assertSaid(Cli.run("attach", other.pid()), 3, answered);
            // Now by loading the agent.
            Files.delete(tmp.resolve(".tracemalloc_pid1"));
            assertSaid(Cli.run("attach", other.pid()), 3, answered);
            assertThat(tmp.resolve(".tracemalloc_pid1")).doesNotExist();

            assertThat(Cli.run("status", one.pid()).out()).contains("tracing   25 frames");
            assertThat(one.end()).isZero();
            assertSaid(Cli.run("attach", other.pid()), 0, other.pid() + ": traced, 25 frames");
            assertThat(other.end()).isZero();
        }
    }

    /** A JVM that sees this directory as its {@code /tmp}. */
    private ServedJvm startWith(Path tmp, List<String> isolated, String name, int feature) throws IOException {
        Path own = Files.createDirectory(directory.resolve(name));
        ServedJvm.classes(own);
        String script = "mount --bind \"$1\" /mnt && mount --bind \"$2\" /tmp"
                + " && exec \"$3\" -XX:+EnableDynamicAgentLoading -cp /mnt/classes known.Served /mnt";
        Stream<String> words = Stream.of(
                "sh",
                "-c",
                script,
                "sh",
                own.toString(),
                tmp.toString(),
                JavaHome.of(feature).java().toString());
        return ServedJvm.start(own, Stream.concat(isolated.stream(), words).toList());
    }

    /** Where {@code /tmp} is a link to another directory of the container, this machine has one of that name as well. */
    @ParameterizedTest
    @CsvSource({"17, tmp", "25, var/tmp"})
    void reachesIntoAContainer(int feature, String tmp) throws Exception {
        List<String> isolated = List.of("unshare", "--pid", "--mount", "--fork", "--kill-child");
        assumeTrue(isRoot() && runs(isolated), "needs root and unshare --pid --mount");
        JavaHome home = JavaHome.of(feature);
        Path root = Files.createDirectory(directory.resolve("root"));
        Path inside = Files.createDirectories(root.resolve("served"));
        ServedJvm.classes(inside);
        // A system of its own, the JDK and its libraries aside: another /tmp, another /proc, no /tmp of this machine.
        String script = """
                set -e
                cd "$1"
                mkdir -p "$3" proc dev
                chmod 1777 "$3"
                if [ ! -e tmp ]; then ln -s "/$3" tmp; fi
                for each in usr lib lib64 bin etc; do
                  if [ -e "/$each" ]; then mkdir -p "$each"; mount --rbind "/$each" "$each"; fi
                done
                case "$2" in /usr/*) ;; *) mkdir -p ".$2"; mount --bind "$2" ".$2" ;; esac
                mount -t proc proc proc
                mount --bind /dev dev
                exec chroot . "$2/bin/java" -XX:+EnableDynamicAgentLoading -cp /served/classes known.Served /served
                """;
        List<String> command = Stream.concat(
                        isolated.stream(),
                        Stream.of(
                                "sh",
                                "-c",
                                script,
                                "sh",
                                root.toString(),
                                home.directory().toString(),
                                tmp))
                .toList();
        try (ServedJvm jvm = ServedJvm.start(inside, command)) {
            String pid = jvm.pid();
            assertThat(Cli.run("list").out()).containsPattern("(?m)^ *" + pid + " .* - +known.Served ");
            assertSaid(Cli.run("attach", pid), 0, pid + ": traced, 25 frames");
            jvm.go();

            assertThat(arrays(snapshot(pid))).isEqualTo(1_000);
            assertThat(Cli.run("status", pid).out()).startsWith("target    " + pid + ", known.Served");
            assertThat(Cli.run("list").out()).containsPattern("(?m)^ *" + pid + " .* loaded known.Served ");
            assertSaid(Cli.run("detach", pid), 0, pid + ": not traced any more");
            try (Stream<Path> left = Files.list(root.resolve(tmp))) {
                assertThat(left.map(file -> file.getFileName().toString()))
                        .filteredOn(name -> name.contains("tracemalloc") && !name.startsWith(".tracemalloc_pid"))
                        .singleElement()
                        .asString()
                        .matches("tracemalloc-[0-9a-f]{16}-0\\.jar");
            }
            assertThat(jvm.end()).isZero();
            assertThat(jvm.out()).isEqualTo("ready\nwent 1\nkept 1000\n");
            assertThat(jvm.err()).isEmpty();
        }
    }
}
