package io.tracemalloc.cli.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies for processes of other users, which root alone can make. */
final class AgentCopyTest {

    private static final int NOBODY = 65_534;
    private static final int OTHER = 65_533;

    @TempDir
    private Path directory;

    private Path jar;
    private final List<Process> processes = new ArrayList<>();
    private final List<Path> copies = new ArrayList<>();

    @BeforeEach
    void needsRoot() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "needs setpriv");
        assumeTrue(JavaProcess.self().user() == 0, "needs root");
        jar = Files.writeString(
                directory.resolve("agent.jar"), UUID.randomUUID().toString());
    }

    @AfterEach
    void cleanUp() throws IOException {
        processes.forEach(Process::destroyForcibly);
        for (Path copy : copies) {
            Files.deleteIfExists(copy);
        }
    }

    /** A process of this user; it ends with the test. */
    private JavaProcess processOf(int user) throws IOException {
        Process process = new ProcessBuilder(
                        "setpriv",
                        "--reuid=" + user,
                        "--regid=" + user,
                        "--clear-groups",
                        "sh",
                        "-c",
                        "echo ready; exec sleep 300")
                .start();
        processes.add(process);
        assertThat(process.getInputStream().read()).isEqualTo('r');
        return JavaProcess.of(process.pid());
    }

    private Path copyFor(JavaProcess process) throws IOException {
        Path copy = Path.of(AgentCopy.pathFor(process, jar));
        copies.add(copy);
        return copy;
    }

    private void assertReadableFor(int user, Path copy) throws IOException {
        assertThat(copy).hasSameBinaryContentAs(jar);
        assertThat(Files.getAttribute(copy, "unix:uid")).isEqualTo(user);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
                .isEqualTo("r--------");
    }

    @Test
    void makesOneForEachUser() throws IOException {
        Path first = copyFor(processOf(NOBODY));
        Path second = copyFor(processOf(OTHER));

        assertReadableFor(NOBODY, first);
        assertReadableFor(OTHER, second);
        assertThat(first.toString()).matches("/tmp/tracemalloc-[0-9a-f]{16}-" + NOBODY + "\\.jar");
        assertThat(copyFor(processOf(NOBODY))).isEqualTo(first);
        assertThat(copyFor(processOf(OTHER))).isEqualTo(second);
        String hash = first.getFileName().toString().split("-", -1)[1];
        try (Stream<Path> files = Files.list(Path.of("/tmp"))) {
            assertThat(files.filter(file -> file.toString().contains(hash))).containsExactlyInAnyOrder(first, second);
        }
    }

    @Test
    void replacesWhatSomebodyElseCouldHaveWritten() throws IOException {
        JavaProcess process = processOf(NOBODY);
        Path copy = copyFor(process);
        for (int owner : new int[] {OTHER, 0}) {
            Files.setAttribute(copy, "unix:uid", owner);

            assertThat(copyFor(process)).isEqualTo(copy);
            assertReadableFor(NOBODY, copy);
        }
        for (String mode : List.of("rw--w----", "rw-----w-", "---------")) {
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString(mode));

            assertThat(copyFor(process)).isEqualTo(copy);
            assertReadableFor(NOBODY, copy);
        }
    }

    @Test
    void followsNoLink() throws IOException {
        JavaProcess process = processOf(NOBODY);
        Path copy = copyFor(process);
        Path elsewhere = Files.move(copy, directory.resolve("elsewhere.jar"), StandardCopyOption.REPLACE_EXISTING);
        Files.createSymbolicLink(copy, elsewhere);

        assertThat(copyFor(process)).isEqualTo(copy);

        assertThat(Files.isRegularFile(copy, LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertReadableFor(NOBODY, copy);
    }

    @Test
    void takesAnotherNameWhereItsOwnCannotBeHad() throws IOException {
        JavaProcess process = processOf(NOBODY);
        Path taken = copyFor(process);
        Files.delete(taken);
        Files.createDirectory(taken);

        Path copy = copyFor(process);

        assertThat(copy).isNotEqualTo(taken);
        assertReadableFor(NOBODY, copy);
    }
}
