package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Tracemalloc;
import io.tracemalloc.capture.bytebuddy.ByteBuddyProvider;
import io.tracemalloc.storage.protobuf.ProtobufSnapshotFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program of named modules that has the API, or a backend as well, on its module path. */
final class ModulePathIT {

    private static final int BLOCKS = 1_234;
    private static final String MAIN = """
            package com.acme;

            import io.tracemalloc.Metric;
            import io.tracemalloc.Tracemalloc;
            import io.tracemalloc.filter.Filter;

            public final class Main {
                static final class Block {}

                static Object[] blocks() {
                    Object[] blocks = new Object[%d];
                    for (int i = 0; i < blocks.length; i++) {
                        blocks[i] = new Block();
                    }
                    return blocks;
                }

                public static void main(String[] none) {
                    Tracemalloc.start();
                    Object[] kept = blocks();
                    long count = Tracemalloc.takeSnapshot()
                            .filter(Filter.parse(true, "class=com.acme.Main$Block"))
                            .totalCount(Metric.ALLOCATED);
                    Tracemalloc.stop();
                    System.out.println(count + " " + kept.length + " " + Main.class.getModule().getName()
                            + " " + Tracemalloc.class.getModule().getName());
                }
            }
            """;

    @TempDir
    private Path directory;

    private Path program;

    @BeforeEach
    void compile() throws Exception {
        compile("requires io.tracemalloc;", List.of(placeOf(Tracemalloc.class)));
    }

    private void compile(String requirements, List<Path> modulePath) throws Exception {
        Path sources = Files.createDirectories(directory.resolve("sources/com/acme"));
        Path main = Files.writeString(sources.resolve("Main.java"), MAIN.formatted(BLOCKS));
        Path module =
                Files.writeString(directory.resolve("module-info.java"), "module com.acme { " + requirements + " }");
        program = directory.resolve("classes");
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        messages,
                        messages,
                        "--release",
                        "17",
                        "-p",
                        Forked.joined(modulePath),
                        "-d",
                        program.toString(),
                        module.toString(),
                        main.toString());
        assertThat(status).as("%s", messages).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void theAgentServesAProgramWithTheApiOnItsModulePath(int feature) throws Exception {
        Forked.Ended ended = run(new Forked(JavaHome.of(feature)).agent("0"), Tracemalloc.class);

        assertCounted(ended);
        assertThat(ended.err()).isEmpty();
    }

    @Test
    void aProgramThatRequiresTheBackendNeedsNoAnnotationsToCompile() throws Exception {
        List<Path> modulePath = new ArrayList<>();
        for (Class<?> each :
                List.of(Tracemalloc.class, ByteBuddyProvider.class, ByteBuddy.class, ByteBuddyAgent.class)) {
            modulePath.add(placeOf(each));
        }

        compile("requires io.tracemalloc.capture.bytebuddy;", modulePath);
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void theAgentServesAProgramWithABackendOnItsModulePath(int feature) throws Exception {
        Forked forked = new Forked(JavaHome.of(feature))
                .agent("0")
                .jvm("--add-modules", "io.tracemalloc.capture.bytebuddy,io.tracemalloc.storage.protobuf");

        Forked.Ended ended = run(
                forked,
                Tracemalloc.class,
                ByteBuddyProvider.class,
                ProtobufSnapshotFormat.class,
                ByteBuddy.class,
                ByteBuddyAgent.class);

        assertCounted(ended);
        assertThat(ended.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void aBackendOnTheModulePathAttachesToItsOwnJvm(int feature) throws Exception {
        Forked forked = new Forked(JavaHome.of(feature)).jvm("--add-modules", "jdk.attach");

        assertCounted(run(forked, Tracemalloc.class, ByteBuddyProvider.class, ByteBuddy.class, ByteBuddyAgent.class));
    }

    private static void assertCounted(Forked.Ended ended) {
        assertThat(ended.out())
                .as("%s", ended.err())
                .isEqualTo(BLOCKS + " " + BLOCKS + " com.acme io.tracemalloc" + System.lineSeparator());
    }

    private Forked.Ended run(Forked forked, Class<?>... ofModules) throws IOException, URISyntaxException {
        List<Path> modulePath = new ArrayList<>(List.of(program));
        for (Class<?> each : ofModules) {
            modulePath.add(placeOf(each));
        }
        return forked.jvm("-p", Forked.joined(modulePath), "-m", "com.acme/com.acme.Main")
                .run();
    }

    private static Path placeOf(Class<?> member) throws URISyntaxException {
        return Path.of(
                member.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
