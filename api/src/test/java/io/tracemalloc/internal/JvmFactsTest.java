package io.tracemalloc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.spi.SnapshotBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JvmFactsTest {

    @Test
    void namesProgramWithoutItsArguments() {
        assertThat(JvmFacts.program("com.acme.Main --password secret")).isEqualTo("com.acme.Main");
        assertThat(JvmFacts.program("com.acme.Main")).isEqualTo("com.acme.Main");
        assertThat(JvmFacts.program("app.jar x.jar y")).isEqualTo("app.jar");
        assertThat(JvmFacts.program("/opt/my apps/app.jar --password secret")).isEqualTo("/opt/my apps/app.jar");
        assertThat(JvmFacts.program("com.acme/com.acme.Main -x")).isEqualTo("com.acme/com.acme.Main");
        assertThat(JvmFacts.program("com.acme.Main /lib/a.jar b")).isEqualTo("com.acme.Main");
        assertThat(JvmFacts.program("")).isEmpty();
    }

    @Test
    void tellsFactsInFixedOrder() {
        SnapshotBuilder builder = new SnapshotBuilder();

        JvmFacts.writeTo(builder);

        Map<String, String> facts = builder.build().attributes();
        assertThat(facts.keySet()).startsWith("jvm", "java.version").contains("pid");
        assertThat(facts).containsEntry("java.version", System.getProperty("java.version"));
        assertThat(facts)
                .containsEntry("pid", Long.toString(ProcessHandle.current().pid()));
    }
}
