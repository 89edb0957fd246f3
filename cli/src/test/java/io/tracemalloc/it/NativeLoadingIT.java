package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the native library gets into a JVM, and what is said where it does not. */
final class NativeLoadingIT {

    private static final Subject DEEP = Subject.of("known.Deep");
    private static final int N = 2_000;

    /** An agent that takes what only one agent can have. */
    private static final String GREEDY_AGENT = """
            #include <jvmti.h>
            extern "C" JNIEXPORT jint JNICALL Agent_OnLoad(JavaVM* vm, char*, void*) {
              jvmtiEnv* jvmti = nullptr;
              if (vm->GetEnv(reinterpret_cast<void**>(&jvmti), JVMTI_VERSION_11) != JNI_OK) return JNI_ERR;
              jvmtiCapabilities wanted = {};
              wanted.can_generate_sampled_object_alloc_events = 1;
              return jvmti->AddCapabilities(&wanted) == JVMTI_ERROR_NONE ? JNI_OK : JNI_ERR;
            }
            """;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void comesOutOfTheJarOnceAndWithoutAWord(int feature) throws IOException {
        Path cache = directory.resolve("cache");
        for (int run = 0; run < 2; run++) {
            Forked.Ended ended = traced(feature)
                    .environment("TRACEMALLOC_CACHE", cache.toString())
                    .main(DEEP, N)
                    .succeed();

            assertCounted(ended.snapshot());
            assertThat(ended.err()).isEqualTo(wrote(ended));
        }
        try (var files = Files.list(cache)) {
            assertThat(files.filter(file -> file.toString().endsWith(".so"))).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"17,off", "25,off", "17,/proc/nowhere"})
    void comesOutOfATemporaryFileWhereThereIsNoCache(int feature, String cache) {
        Forked.Ended ended = traced(feature)
                .jvm("-Djava.io.tmpdir=" + directory)
                .environment("TRACEMALLOC_CACHE", cache)
                .main(DEEP, N)
                .succeed();

        assertCounted(ended.snapshot());
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void saysThatThereIsNoPlaceForIt() {
        Path nowhere = directory.resolve("nowhere");

        Forked.Ended ended = new Forked(JavaHome.of(17))
                .jvm("-Djava.io.tmpdir=" + nowhere)
                .environment("TRACEMALLOC_CACHE", "off")
                .agent("backend=jvmti")
                .main(DEEP, N)
                .run();

        assertThat(ended.err())
                .startsWith("tracemalloc: capture backend jvmti is unavailable: the native library cannot be copied out"
                        + " of the jar: NoSuchFileException: " + nowhere)
                .hasLineCount(1);
        assertThat(ended.status()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void worksAsAnAgentOfItsOwn(int feature) throws IOException {
        Forked.Ended ended = traced(feature)
                .jvm("-agentpath:" + extracted() + "=interval=1")
                .main(DEEP, N)
                .succeed();

        assertCounted(ended.snapshot());
        assertThat(ended.err()).isEqualTo(wrote(ended));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "interval=0x | tracemalloc: interval must be in 1..2147483647 bytes, got 0x",
                "interval=4g | tracemalloc: interval must be in 1..2147483647 bytes, got 4g",
                "frames=3 | tracemalloc: the native library knows one option, interval=BYTES, got frames=3"
            })
    void refusesBadOptionsOfTheAgentInOneLine(String options, String line) throws IOException {
        Forked.Ended ended = new Forked(JavaHome.of(17))
                .jvm("-agentpath:" + extracted() + "=" + options)
                .main(DEEP, N)
                .run();

        assertThat(ended.status()).isNotZero();
        assertThat(ended.err()).startsWith(line + "\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void namesTheAgentThatIsInTheWay(int feature) throws IOException, InterruptedException {
        Path greedy = compile("libasyncProfiler.so", feature);

        Forked.Ended ended = new Forked(JavaHome.of(feature))
                .jvm("-agentpath:" + greedy)
                .agent("backend=jvmti")
                .main(DEEP, N)
                .run();

        assertThat(ended.err())
                .isEqualTo("tracemalloc: capture backend jvmti is unavailable: only one agent of a JVM can sample its"
                        + " allocations, and here it is probably async-profiler (" + greedy + ")\n");
        assertThat(ended.status()).isEqualTo(1);
    }

    private static Forked traced(int feature) {
        return new Forked(JavaHome.of(feature))
                .jvm("-XX:TieredStopAtLevel=1")
                .traced("backend=jvmti,interval=1,frames=4");
    }

    private static String wrote(Forked.Ended ended) throws IOException {
        assertThat(ended.err()).startsWith("tracemalloc: wrote ").hasLineCount(1);
        return ended.err();
    }

    private static void assertCounted(Snapshot snapshot) {
        Found found = new Found(snapshot, DEEP.fileName());
        assertThat(snapshot.exactness(Metric.ALLOCATED)).isEqualTo(Exactness.EXACT);
        assertThat(found.line(DEEP.lineOf("made")))
                .containsEntry("known.Deep$Made", new Expectations.Allocated(3L * N, 48L * N));
    }

    private Path extracted() throws IOException {
        Path library = directory.resolve("libtracemalloc.so");
        try (JarFile jar = new JarFile(Forked.agentJar().toFile())) {
            var entry = jar.stream()
                    .filter(each -> each.getName().endsWith("x64/libtracemalloc.so")
                            || each.getName().endsWith(System.getProperty("os.arch") + "/libtracemalloc.so"))
                    .findFirst();
            assumeTrue(entry.isPresent(), "this build has no native library");
            try (InputStream in = jar.getInputStream(entry.get())) {
                Files.copy(in, library);
            }
        }
        return library;
    }

    private Path compile(String name, int feature) throws IOException, InterruptedException {
        Path source = Files.writeString(directory.resolve("agent.cpp"), GREEDY_AGENT);
        Path library = directory.resolve(name);
        Path include = JavaHome.of(feature).directory().resolve("include");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/c++")), "no C++ compiler here");
        Process compiler = new ProcessBuilder(
                        "/usr/bin/c++",
                        "-shared",
                        "-fPIC",
                        "-I" + include,
                        "-I" + include.resolve("linux"),
                        source.toString(),
                        "-o",
                        library.toString())
                .inheritIO()
                .start();
        assertThat(compiler.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(compiler.exitValue()).isZero();
        return library;
    }
}
