package io.tracemalloc.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** An installed JDK that subjects run on: from JAVA17_HOME, JAVA25_HOME and the like, else the running one, else by a search. */
record JavaHome(Path directory, int feature) {

    private static final Path SEARCHED = Path.of("/usr/lib/jvm");

    /** The JDK of this feature release; skips the test if there is none. */
    static JavaHome of(int feature) {
        Optional<JavaHome> found = candidates(feature)
                .filter(home -> Files.isExecutable(home.resolve("bin/java")))
                .filter(home -> featureOf(home) == feature)
                .map(home -> new JavaHome(home, feature))
                .findFirst();
        Assumptions.assumeTrue(found.isPresent(), "no JDK " + feature + " found: set JAVA" + feature + "_HOME");
        return found.orElseThrow();
    }

    private static Stream<Path> candidates(int feature) {
        String variable = "JAVA" + feature + "_HOME";
        String named = System.getenv(variable);
        if (named == null) {
            return Stream.concat(Stream.of(Path.of(System.getProperty("java.home"))), searched());
        }
        // Another one in its place would make tests pass that have not run.
        if (featureOf(Path.of(named)) != feature) {
            throw new IllegalStateException(variable + " is no JDK " + feature + ": " + named);
        }
        return Stream.of(Path.of(named));
    }

    private static Stream<Path> searched() {
        if (!Files.isDirectory(SEARCHED)) {
            return Stream.empty();
        }
        try (Stream<Path> homes = Files.list(SEARCHED)) {
            return homes.sorted().toList().stream();
        } catch (IOException unreadable) {
            return Stream.empty();
        }
    }

    private static int featureOf(Path home) {
        Path release = home.resolve("release");
        if (!Files.isRegularFile(release)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(release)) {
            return lines.filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> line.replaceAll("JAVA_VERSION=\"(\\d+).*", "$1"))
                    .mapToInt(Integer::parseInt)
                    .findFirst()
                    .orElse(0);
        } catch (IOException unreadable) {
            return 0;
        }
    }

    Path java() {
        return directory.resolve("bin/java");
    }

    Path tool(String name) {
        return directory.resolve("bin").resolve(name);
    }

    @Override
    public String toString() {
        return "JDK " + feature;
    }
}
