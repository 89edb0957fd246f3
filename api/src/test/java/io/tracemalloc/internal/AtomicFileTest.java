package io.tracemalloc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
final class AtomicFileTest {

    private static final int SHARED = 01777;
    private static final int NOBODY = 65534;

    @TempDir
    private Path directory;

    private Path target;
    private Path shared;
    private Path link;

    @BeforeEach
    void makeALinkInASharedDirectory() throws IOException {
        target = Files.writeString(directory.resolve("target"), "old");
        shared = Files.createDirectory(directory.resolve("shared"));
        Files.setAttribute(shared, "unix:mode", SHARED);
        link = Files.createSymbolicLink(shared.resolve("link"), target);
    }

    @Test
    void followsALinkOfThisUser() throws IOException {
        write(link);

        assertThat(target).hasContent("new");
        assertThat(link).isSymbolicLink();
    }

    @Test
    void refusesALinkThatAnotherUserMadeWhereEverybodyMay() throws IOException {
        give(link);
        Path toIt = Files.createSymbolicLink(directory.resolve("to it"), link);

        for (Path file : new Path[] {link, toIt}) {
            assertThatIOException()
                    .isThrownBy(() -> write(file))
                    .withMessage(link + " is a link of another user, and everybody may make links in " + shared);
        }
        Files.delete(target);
        assertThatIOException().isThrownBy(() -> write(link));

        assertThat(target).doesNotExist();
    }

    @Test
    void followsALinkOfTheOneWhoseDirectoryItIs() throws IOException {
        give(link);
        give(shared);

        write(link);

        assertThat(target).hasContent("new");
    }

    @Test
    void followsALinkOfAnotherUserWhereOnlySomeCanMakeThem() throws IOException {
        give(link);
        Files.setAttribute(shared, "unix:mode", 0755);

        write(link);

        assertThat(target).hasContent("new");
    }

    private static void give(Path file) throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can give a file to another user");
        Files.setAttribute(file, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
    }

    private static void write(Path name) throws IOException {
        try (AtomicFile file = AtomicFile.create(name)) {
            OutputStream out = file.stream();
            out.write("new".getBytes(StandardCharsets.UTF_8));
            out.flush();
            file.commit();
        }
    }
}
