package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Snapshot;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loaded classes that the JVM does not let change any more. */
final class RefusedClassesIT {

    private static final Subject RENAMED = Subject.of("known.Renamed");
    private static final Subject UNUSABLE = Subject.of("known.Unusable", Subject.API);

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void theSnapshotSaysThatTheyAreNotCounted(int feature) throws IOException {
        Snapshot snapshot = new Forked(JavaHome.of(feature))
                .jvm("-javaagent:" + RENAMED.agentJar())
                .traced("live=off")
                .main(RENAMED)
                .succeed()
                .snapshot();

        Map<String, String> attributes = snapshot.columns().attributes();
        assertThat(attributes).containsEntry("not_instrumented_classes", "1");
        assertThat(attributes.get("not_instrumented_first"))
                .startsWith("known.Renamed$Changed: UnsupportedOperationException: ");
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void aClassThatCannotRunIsNotMissed(int feature) {
        String said = new Forked(JavaHome.of(feature))
                .agent("0")
                .with(Subject.API)
                .main(UNUSABLE)
                .succeed()
                .out();

        assertThat(said).isEqualTo("failed\nnothing\n");
    }
}
