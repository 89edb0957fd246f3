package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OwnCommandTest {

    private static final String MAIN = "io.tracemalloc.cli.Main";

    @TempDir
    private Path directory;

    @Test
    void knowsTheMainClasses() {
        assertThat(OwnCommand.is(MAIN, "/opt/tracemalloc.jar")).isTrue();
        assertThat(OwnCommand.is(MAIN + " stats app.pb.gz", "/opt/tracemalloc.jar"))
                .isTrue();
        assertThat(OwnCommand.is("io.tracemalloc.cli.Training", "/opt/tracemalloc.jar"))
                .isTrue();
    }

    @Test
    void leavesProgramsToTheAgent() {
        assertThat(OwnCommand.is("", "")).isFalse();
        assertThat(OwnCommand.is("com.acme.Main " + MAIN, "/opt/app.jar")).isFalse();
        assertThat(OwnCommand.is(MAIN + "Menu", "/opt/app.jar")).isFalse();
        assertThat(OwnCommand.is("io.tracemalloc.cli.DoctorProbe wait", "/opt/tracemalloc.jar"))
                .isFalse();
        assertThat(OwnCommand.is("/no/such.jar", "/no/such.jar")).isFalse();
    }

    @Test
    void knowsTheJarByItsMainClass() throws IOException {
        String own = jar("any name.jar", MAIN);
        String application = jar("app.jar", "com.acme.Main");

        assertThat(OwnCommand.is(own, own)).isTrue();
        assertThat(OwnCommand.is(own + " stats", own + File.pathSeparator + "/opt/agent.jar"))
                .isTrue();
        assertThat(OwnCommand.is("com.acme.Main " + own, own)).isFalse();
        assertThat(OwnCommand.is(application, application + File.pathSeparator + own))
                .isFalse();
    }

    private String jar(String name, String mainClass) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, mainClass);
        Path file = directory.resolve(name);
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            // An application may have them all in its own jar.
            jar.putNextEntry(new JarEntry(MAIN.replace('.', '/') + ".class"));
        }
        return file.toString();
    }
}
