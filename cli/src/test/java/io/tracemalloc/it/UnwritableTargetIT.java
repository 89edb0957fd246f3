package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot that cannot be written costs one line and nothing else. */
final class UnwritableTargetIT {

    private static final Subject EXITS = Subject.of("known.Exits");

    @TempDir
    private Path directory;

    @Test
    void saysSoForAMissingDirectory() {
        assertOneLine(directory.resolve("no/such/file.pb.gz"));
    }

    @Test
    void saysSoForADirectory() throws IOException {
        assertOneLine(Files.createDirectory(directory.resolve("directory.pb.gz")));
    }

    @Test
    void saysSoForAFullDiskAndLeavesNothingHalfWritten() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(command("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", disk.toString()) == 0, "cannot mount");
        try {
            Files.write(disk.resolve("filler"), new byte[8 * 1024]);

            assertOneLine(disk.resolve("at-exit.pb.gz"));

            try (Stream<Path> left = Files.list(disk)) {
                assertThat(left.map(file -> file.getFileName().toString())).containsExactly("filler");
            }
        } finally {
            command("umount", disk.toString());
        }
    }

    private static int command(String... command) throws Exception {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException noSuchCommand) {
            return -1;
        }
    }

    private static void assertOneLine(Path file) {
        Forked.Ended ended = new Forked(JavaHome.of(17))
                .agent("snapshot-at-exit=" + file)
                .main(EXITS, "exit")
                .run();

        List<String> own =
                ended.err().lines().filter(line -> !line.equals("err")).toList();
        assertThat(ended.status()).isEqualTo(3);
        assertThat(own).singleElement().asString().startsWith("tracemalloc: ").contains(file.toString());
    }
}
