package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.Statistic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real program: javac, over the sources of the api module. */
final class JavacIT {

    /**
     * Of the heap's own account, where escape analysis removes nothing. The rest is what natives allocate and what the
     * JVM copies for the transformer, which weighs much in a short run; the target for long ones is 0.99.
     */
    private static final double COMPLETE = 0.90;

    private static final Path SOURCES =
            Path.of("../api/src/main/java").toAbsolutePath().normalize();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void compilesTheSameAndIsCountedCompletely(int feature) throws IOException {
        JavaHome home = JavaHome.of(feature);
        Path plain = directory.resolve("plain");
        Path traced = directory.resolve("traced");
        new Forked(home).arguments(javac(plain)).succeed();

        Snapshot snapshot = new Forked(home)
                .jvm("-XX:-DoEscapeAnalysis", "-XX:-OptimizeStringConcat")
                .jvm("-XX:+UnlockDiagnosticVMOptions", "-XX:-EliminateAutoBox")
                .traced("live=off")
                .arguments(javac(traced))
                .succeed()
                .snapshot();

        assertThat(classes(traced)).isEqualTo(classes(plain)).isNotEmpty();
        Map<String, String> facts = snapshot.columns().attributes();
        double heap = Double.parseDouble(facts.get("heap_allocated_bytes"));
        double complete = 1 - Double.parseDouble(facts.get("unattributed_bytes")) / heap;
        System.out.printf("javac on %s: %.4f of %,.0f bytes counted%n", home, complete, heap);
        assertThat(complete).isBetween(COMPLETE, 1.0);
        assertThat(facts).doesNotContainKey("not_instrumented_classes");
        assertThat(snapshot.statistics(GroupBy.CLASS, false, Metric.ALLOCATED).stream()
                        .limit(40)
                        .map(Statistic::key))
                .contains("byte[]", "java.lang.String", "com.sun.tools.javac.util.List");
    }

    private static String[] javac(Path output) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("-m", "jdk.compiler/com.sun.tools.javac.Main", "-nowarn", "-proc:none"));
        arguments.addAll(List.of("-implicit:none", "-d", output.toString()));
        try (Stream<Path> files = Files.walk(SOURCES.resolve("io/tracemalloc"))) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .map(Path::toString)
                    .forEach(arguments::add);
        }
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
        return arguments.toArray(String[]::new);
    }

    private static Map<String, String> classes(Path output) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(output)) {
            files.filter(Files::isRegularFile)
                    .forEach(file -> contents.put(output.relativize(file).toString(), checksum(file)));
        }
        return contents;
    }

    private static String checksum(Path file) {
        try {
            CRC32C checksum = new CRC32C();
            checksum.update(Files.readAllBytes(file));
            return Files.size(file) + " " + checksum.getValue();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
