package io.tracemalloc.cli;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** The distribution: one jar that is this command line and the agent. */
final class AgentJar {

    /** Where the jar is, for command lines that run from classes rather than from it. */
    private static final String PROPERTY = "tracemalloc.jar";

    private AgentJar() {}

    /** The jar that the agent option names; fails if it cannot be had. */
    static Path require() {
        Path jar = find().orElseThrow(() ->
                CommandFailure.input("the agent is not here: this command line does not run from tracemalloc.jar"));
        if (jar.toString().indexOf('=') >= 0) {
            throw CommandFailure.input(jar + ": the JVM loads no agent from a path with '=' in it; move the jar");
        }
        return jar;
    }

    /** The jar, if there is one. */
    static Optional<Path> find() {
        String given = System.getProperty(PROPERTY, "");
        Optional<Path> jar = given.isEmpty() ? ownJar() : Optional.of(Path.of(given));
        return jar.map(Path::toAbsolutePath).map(Path::normalize).filter(AgentJar::isAgent);
    }

    private static Optional<Path> ownJar() {
        CodeSource source = AgentJar.class.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException | IllegalArgumentException notAFile) {
            return Optional.empty();
        }
    }

    private static boolean isAgent(Path jar) {
        if (!Files.isRegularFile(jar)) {
            return false;
        }
        try (JarFile file = new JarFile(jar.toFile(), false)) {
            Manifest manifest = file.getManifest();
            return manifest != null && manifest.getMainAttributes().getValue("Premain-Class") != null;
        } catch (IOException notAJar) {
            return false;
        }
    }
}
