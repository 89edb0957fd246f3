package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The program never meets the libraries of the agent, and keeps its own. */
final class AgentIsolationIT {

    private static final Subject LOOKS = Subject.of("known.Looks");
    private static final String[] LIBRARIES = {
        "net.bytebuddy.ByteBuddy", "com.google.protobuf.Message", "picocli.CommandLine", "io.netty.buffer.ByteBuf"
    };

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void theProgramFindsNoLibraryOfTheAgent(int feature) {
        String out = new Forked(JavaHome.of(feature))
                .traced("frames=4")
                .main(LOOKS, (Object[]) LIBRARIES)
                .succeed()
                .out();

        assertThat(out.lines())
                .containsExactlyElementsOf(
                        Stream.of(LIBRARIES).map(name -> name + " absent").toList());
    }

    /** As in images made for one program. */
    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void theProgramsOutputIsTheSameWithTheBaseModuleAlone(int feature) {
        Forked.Ended ended = new Forked(JavaHome.of(feature))
                .environment("TRACEMALLOC_CACHE", "off")
                .jvm("--limit-modules", "java.base")
                .traced("frames=25")
                .main(LOOKS, LIBRARIES[0])
                .succeed();

        assertThat(ended.out().lines()).containsExactly(LIBRARIES[0] + " absent");
        assertThat(ended.snapshot().columns().recordCount()).isPositive();
    }

    /** JDK 25 crashes at the end when it archives classes that were retransformed. */
    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void classesThatTheJvmArchivesAreNotInstrumented(int feature) {
        Path archive = directory.resolve("archive");
        // The JVM archives nothing where there is a directory on the class path.
        String jar = directory.resolve("looks.jar").toString();
        ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(System.out, System.err, "cf", jar, "-C", LOOKS.classes().toString(), ".");
        Forked forked = new Forked(JavaHome.of(feature)).traced("frames=25,interval=1k");
        Forked.Ended ended = (feature == 17
                        ? forked.jvm(
                                "-XX:+UnlockDiagnosticVMOptions",
                                "-XX:+AllowArchivingWithJavaAgent",
                                "-XX:ArchiveClassesAtExit=" + archive)
                        : forked.jvm("-XX:AOTMode=record", "-XX:AOTConfiguration=" + archive))
                .with(Path.of(jar))
                .arguments(LOOKS.mainClass(), LIBRARIES[0])
                .succeed();

        assertThat(ended.out().lines()).contains(LIBRARIES[0] + " absent");
        assertThat(ended.err())
                .contains("tracemalloc: capture backend bytebuddy is unavailable: this JVM archives its classes");
        assertThat(archive).isNotEmptyFile();
        assertThat(ended.snapshot().columns().recordCount()).isPositive();
    }

    /** An event within an event leaves a recording that no tool reads. */
    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void aFlightRecordingHoldsTheProgramsExceptionsAlone(int feature) {
        Forked.Ended ended = new Forked(JavaHome.of(feature))
                .traced("frames=8,interval=1,live=off,backend=bytebuddy")
                .main(Subject.of("known.Records"))
                .succeed();

        assertThat(ended.out().lines()).containsExactly("java.lang.IllegalStateException");
    }

    @ParameterizedTest
    @CsvSource({"17, auto", "17, bytebuddy", "25, auto", "25, bytebuddy"})
    void theProgramMeetsNoThreadOfTheAgent(int feature, String backend) {
        Forked.Ended ended = new Forked(JavaHome.of(feature))
                .traced("backend=" + backend + ",snapshot-every=1h,listen=0")
                .main(Subject.of("known.Groups"))
                .succeed();

        assertThat(ended.out()).isEqualTo("1\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void theProgramKeepsItsOwnVersions(int feature) throws IOException {
        Path own = directory.resolve("own.jar");
        classes(own, "net.bytebuddy.ByteBuddy", "com.google.protobuf.Message", "picocli.CommandLine");

        Forked.Ended ended = new Forked(JavaHome.of(feature))
                .traced("frames=4,interval=1k")
                .with(own)
                .main(LOOKS, (Object[]) LIBRARIES)
                .succeed();

        assertThat(ended.out().lines())
                .containsExactly(
                        "net.bytebuddy.ByteBuddy own.jar",
                        "com.google.protobuf.Message own.jar",
                        "picocli.CommandLine own.jar",
                        "io.netty.buffer.ByteBuf absent");
        assertThat(ended.snapshot().columns().recordCount()).isPositive();
    }

    /** Empty classes of these names: whoever takes them for the real ones breaks. */
    private static void classes(Path jar, String... names) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out)) {
            for (String name : names) {
                Path source = Scratch.directory().resolve(name.substring(name.lastIndexOf('.') + 1) + ".java");
                String packageName = name.substring(0, name.lastIndexOf('.'));
                Files.writeString(
                        source,
                        "package " + packageName + "; public class "
                                + source.getFileName().toString().replace(".java", "") + " {}");
                Path classes = source.resolveSibling("classes");
                javax.tools.ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-d", classes.toString(), "--release", "17", source.toString());
                String path = name.replace('.', '/') + ".class";
                entries.putNextEntry(new JarEntry(path));
                entries.write(Files.readAllBytes(classes.resolve(path)));
            }
        }
    }
}
