package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The native backend's tracebacks are the stacks that Java itself shows: same frames, same lines, same depth. */
final class NativeTracebacksIT {

    private static final Path[] API = Arrays.stream(
                    System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .toArray(Path[]::new);

    private static final Subject ORIGINS = Subject.of("known.Origins", API);

    private static Stream<List<String>> variants() {
        return Stream.of(
                List.of("17", "256", "-XX:+UseG1GC"),
                List.of("17", "5", "-Xint"),
                List.of("25", "256", "-XX:+UseG1GC"),
                List.of("25", "5", "-Xint"),
                List.of("25", "30", "-XX:TieredStopAtLevel=1"));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void areThoseOfJava(List<String> variant) {
        Forked.Ended ended = new Forked(JavaHome.of(Integer.parseInt(variant.get(0))))
                .jvm(variant.get(2))
                .agent("backend=jvmti,interval=1,frames=" + variant.get(1))
                .with(API)
                .main(ORIGINS)
                .succeed();

        assertThat(ended.out()).matches("compared \\d+\n");
        assertThat(ended.err()).isEmpty();
    }
}
