package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The one jar: what is in it, and how it behaves as a process among others. */
@DisabledOnOs(OS.WINDOWS)
class DistributionIT {

    @TempDir
    Path directory;

    @Test
    void holdsNoClassThatAnApplicationCouldMeet() throws IOException {
        try (JarFile jar = new JarFile(Launched.JAR.toFile())) {
            assertThat(jar.stream().map(ZipEntry::getName).filter(name -> name.endsWith(".class")))
                    .isNotEmpty()
                    .allMatch(name -> name.startsWith("io/tracemalloc/"))
                    .noneMatch(name -> name.endsWith("module-info.class"));
        }
    }

    @Test
    void holdsTheNativeLibraryOrTheReasonWhyNot() throws IOException {
        try (JarFile jar = new JarFile(Launched.JAR.toFile())) {
            List<String> files = jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.startsWith("META-INF/native/") && !name.endsWith("/"))
                    .filter(name -> !name.contains("_shaded_netty_"))
                    .toList();

            assertThat(files)
                    .isNotEmpty()
                    .allMatch(name -> name.equals("META-INF/native/missing")
                            || name.matches("META-INF/native/[a-z0-9]+-[a-z0-9]+/libtracemalloc\\.(so|dylib)"));
        }
    }

    @Test
    void holdsOfTheTerminalLibraryWhatOneScreenNeeds() throws IOException {
        try (JarFile jar = new JarFile(Launched.JAR.toFile())) {
            List<String> names = jar.stream().map(ZipEntry::getName).toList();

            assertThat(names)
                    .contains("io/tracemalloc/shaded/jline/utils/xterm-256color.caps", "META-INF/licenses/JLine")
                    .noneMatch(name -> name.startsWith("META-INF/jline/") || name.startsWith("META-INF/native-image/"))
                    .noneMatch(name -> name.startsWith("META-INF/services/org.jline")
                            || name.startsWith("META-INF/services/io.tracemalloc.shaded.jline"))
                    .noneMatch(name -> name.contains("Graphics") || name.contains("AbstractWindows"));
        }
    }

    @Test
    void configuresNothingForLibrariesOfAnApplication() throws IOException {
        try (JarFile jar = new JarFile(Launched.JAR.toFile())) {
            List<String> entries = jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.startsWith("META-INF/") && !name.endsWith("/"))
                    .toList();

            assertThat(entries.stream().filter(name -> name.startsWith("META-INF/services/")))
                    .isNotEmpty()
                    .allMatch(name -> name.startsWith("META-INF/services/io.tracemalloc."));
            assertThat(entries.stream().filter(name -> name.startsWith("META-INF/native/lib")))
                    .hasSize(2)
                    .allMatch(name -> name.startsWith("META-INF/native/libio_tracemalloc_shaded_netty_"));
            assertThat(entries).noneMatch(name -> name.contains("native-image") || name.contains("versions"));
        }
    }

    @Test
    void isCommandLineAndAgentInOne() throws IOException {
        try (JarFile jar = new JarFile(Launched.JAR.toFile())) {
            Attributes manifest = jar.getManifest().getMainAttributes();

            assertThat(manifest.getValue("Main-Class")).isEqualTo("io.tracemalloc.cli.Main");
            assertThat(manifest.getValue("Premain-Class")).isEqualTo(manifest.getValue("Agent-Class"));
            assertThat(jar.getEntry(manifest.getValue("Premain-Class").replace('.', '/') + ".class"))
                    .isNotNull();
        }
    }

    @Test
    void showsTheVersionOfTheManifest() throws IOException, InterruptedException {
        try (JarFile jar = new JarFile(Launched.JAR.toFile())) {
            String version = jar.getManifest().getMainAttributes().getValue("Implementation-Version");

            assertThat(Launched.tracemalloc(directory, "--version").out()).isEqualTo("tracemalloc " + version + "\n");
        }
    }

    @Test
    void findsThisJvmFitToBeTraced() throws IOException, InterruptedException {
        Path jdk = Path.of(System.getProperty("java.home"));
        Launched doctor = Launched.tracemalloc(directory, "doctor", "--java", jdk.toString());

        assertThat(doctor.out())
                .contains("ok   java                " + jdk.resolve("bin").resolve("java"))
                .contains("ok   tracing             1,000 of 1,000 allocations of a test program recorded")
                .contains("ok   agent               " + Launched.JAR)
                .containsPattern("ok   attach              a JVM that ran was traced after \\d+ ms")
                .contains("ok   capture backend     bytebuddy")
                .contains("ok   snapshot format     protobuf");
        assertThat(doctor.status()).isZero();
    }

    @Test
    void findsThatAMissingJvmCannotBeTraced() throws IOException, InterruptedException {
        Launched doctor = Launched.tracemalloc(directory, "doctor", "--java", "/no/such/java");

        assertThat(doctor.out()).contains("-    java                /no/such/java: ");
        assertThat(doctor.err()).isEmpty();
        assertThat(doctor.status()).isEqualTo(1);
    }

    @Test
    void endsQuietlyWhenHeadHasSeenEnough() throws IOException, InterruptedException {
        Samples many = Samples.exact();
        for (int line = 1; line <= 20_000; line++) {
            many.add("int[]", 1, 16, "com.acme.Many fill " + line);
        }
        List<String> stats = Launched.commandLine("stats", many.in(directory, "many.pb.gz"), "--limit", "0");

        Launched run = Launched.shell(directory, "{ " + Launched.quoted(stats) + "; echo status $? >&2; } | head -n 1");

        assertThat(run.out()).startsWith("com/acme/Many.java:").hasLineCount(1);
        assertThat(run.err()).isEqualTo("status 0\n");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void tellsAFullDisk() throws IOException, InterruptedException {
        assumeTrue(Files.exists(Path.of("/dev/full")), "no /dev/full here");
        String file = Samples.program().in(directory, "app.pb.gz");

        Launched run = Launched.shell(directory, Launched.quoted(Launched.commandLine("stats", file)) + " > /dev/full");

        assertThat(run.err()).isEqualTo("tracemalloc: standard output: No space left on device\n");
        assertThat(run.status()).isEqualTo(3);
    }

    @Test
    void leavesNothingBehindWhenItIsEndedWhileItTakesASnapshot() throws IOException, InterruptedException {
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            silent.setSoTimeout(60_000);
            List<String> stats = new ArrayList<>(Launched.commandLine("stats", "127.0.0.1:" + silent.getLocalPort()));
            stats.add(1, "-Djava.io.tmpdir=" + temporary);
            Path out = directory.resolve("out.txt");
            Path err = directory.resolve("err.txt");
            Process process = Launched.start(directory, stats, out, err);
            Socket connection = silent.accept();
            assertThat(temporary).isDirectoryContaining("glob:**/tracemalloc-*");

            process.destroy();

            assertThat(Launched.ended(process, out, err).status()).isEqualTo(143);
            connection.close();
        }
        assertThat(temporary).isDirectoryNotContaining("glob:**/tracemalloc-*");
    }

    @Test
    void writesUtf8WhateverTheLocale() throws IOException, InterruptedException {
        String file = Samples.exact().add("int[]", 1, 16, "com.acme.Größe 計算 1").in(directory, "app.pb.gz");

        Launched run = Launched.shell(
                directory, "LC_ALL=C " + Launched.quoted(Launched.commandLine("stats", file, "--group-by", "method")));

        assertThat(run.out()).isEqualTo("com.acme.Größe.計算: size=16 B, count=1, average=16 B\n");
    }

    @Test
    void completesInBash() throws IOException, InterruptedException {
        assertThat(completedInBash("tracemalloc", "sta")).isEqualTo("status start stats\n");
        assertThat(completedInBash("tracemalloc", "attach", "--live", "\"\"")).isEqualTo("off sampled exact\n");
        assertThat(completedInBash("tracemalloc", "run", "--default-metric", "a"))
                .isEqualTo("allocated\n");
    }

    @Test
    void leavesNamesOfFilesToBash() throws IOException, InterruptedException {
        assertThat(completedInBash("tracemalloc", "stats", "app")).isEqualTo("\n");
        assertThat(completedInBash("tracemalloc", "run", "-o", "app")).isEqualTo("\n");
        assertThat(completedInBash("tracemalloc", "run", "--", "java", "-jar", "app"))
                .isEqualTo("\n");
    }

    /** What bash would show, after what is changed of how it completes by itself. */
    private String completedInBash(String... words) throws IOException, InterruptedException {
        assumeTrue(Files.exists(Path.of("/bin/bash")), "no bash here");
        Path script = directory.resolve("completion.bash");
        Files.writeString(script, Launched.tracemalloc(directory, "completion").out());
        String line = String.join(" ", words);
        String ask = "source " + Launched.quoted(script.toString()) + "; compopt() { echo compopt \"$@\"; }"
                + "; COMP_WORDS=(" + line + "); COMP_CWORD=" + (words.length - 1)
                + "; COMP_LINE='" + line + "'; COMP_POINT=" + line.length()
                + "; _complete_tracemalloc; echo \"${COMPREPLY[@]}\"";

        Launched run = Launched.of(directory, List.of("/bin/bash", "-c", ask));

        assertThat(run.err()).isEmpty();
        return run.out();
    }
}
