package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TracebackCommandTest {

    @TempDir
    Path directory;

    @Test
    void printsTheBiggestTracebacksMostRecentFrameFirst() {
        String file = Samples.program().in(directory, "app.pb.gz");

        CommandRun run = CommandRun.of("traceback", file, "--limit", "2");

        assertThat(run.out()).isEqualTo("""
                583 KiB in 100 blocks, 99.7 %
                  at com.acme.Parser.parse(Parser.java:42)
                  at com.acme.Main.main(Main.java:7)

                1600 B in 50 blocks, 0.3 %
                  at java.util.HashMap.newNode(HashMap.java:1901)
                  at com.acme.Cache.put(Cache.java:9)
                  at com.acme.Main.main(Main.java:8)
                """);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void printsSourceLinesFromTheSourcePath() throws IOException {
        String file =
                Samples.exact().add("byte[]", 1, 16, "com.acme.Tiny make 3").in(directory, "app.pb.gz");
        Path empty = Files.createDirectory(directory.resolve("empty"));
        Path sources = Files.createDirectories(directory.resolve("src/com/acme"));
        Files.writeString(
                sources.resolve("Tiny.java"), "package com.acme;\nclass Tiny {\n    byte[] b = new byte[0];\n}\n");

        CommandRun run = CommandRun.of(
                "traceback", file, "--source-path", empty + File.pathSeparator + directory.resolve("src"));

        assertThat(run.out()).isEqualTo("""
                16 B in 1 block, 100.0 %
                  at com.acme.Tiny.make(Tiny.java:3)
                      byte[] b = new byte[0];
                """);
    }

    @Test
    void choosesFramesFromEitherEndAndEitherOrder() {
        String file =
                Samples.exact().add("byte[]", 1, 16, "A a 1", "B b 2", "C c 3").in(directory, "app.pb.gz");

        assertThat(CommandRun.of("traceback", file, "--frames", "2")
                        .out()
                        .lines()
                        .skip(1))
                .containsExactly("  at A.a(A.java:1)", "  at B.b(B.java:2)");
        assertThat(CommandRun.of("traceback", file, "--frames=-1").out().lines().skip(1))
                .containsExactly("  at C.c(C.java:3)");
        assertThat(CommandRun.of("traceback", file, "--oldest-first")
                        .out()
                        .lines()
                        .skip(1))
                .containsExactly("  at C.c(C.java:3)", "  at B.b(B.java:2)", "  at A.a(A.java:1)");
    }

    @Test
    void saysHowManyFramesWereCut() {
        String file = Samples.exact().add("byte[]", 1, 16, 42, "A a 1", "B b 2").in(directory, "app.pb.gz");

        assertThat(CommandRun.of("traceback", file).out()).endsWith("  ... 40 older frames\n");
        assertThat(CommandRun.of("traceback", file, "--oldest-first").out().lines())
                .element(1)
                .isEqualTo("  ... 40 older frames");
    }

    @Test
    void refusesASourcePathThatIsNotThere() {
        CommandRun run = CommandRun.of("traceback", "app.pb.gz", "--source-path", "/no/such/tree");

        assertThat(run.err()).isEqualTo("tracemalloc: /no/such/tree: no such directory (--source-path)\n");
        assertThat(run.status()).isEqualTo(3);
    }
}
