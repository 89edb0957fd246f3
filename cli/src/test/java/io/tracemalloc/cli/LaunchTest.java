package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaunchTest {

    private static final String AGENT = "-javaagent:/opt/tm.jar=frames=25";

    @ParameterizedTest
    @ValueSource(strings = {"java", "/opt/jdk/bin/java", "./java", "java.exe", "javaw"})
    void givesJavaTheAgentAsItsFirstArgument(String java) {
        Launch launch = Launch.of(List.of(java, "-Xmx1g", "-jar", "app.jar", "-x"), AGENT, Map.of());

        assertThat(launch.command()).containsExactly(java, AGENT, "-Xmx1g", "-jar", "app.jar", "-x");
        assertThat(launch.environment()).isEmpty();
    }

    @Test
    void leavesTheVariableOfAJavaCommandAlone() {
        Launch launch = Launch.of(List.of("java", "Main"), AGENT, Map.of("JAVA_TOOL_OPTIONS", "-Xint"));

        assertThat(launch.environment()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javac",
                "/opt/jdk/bin/javadoc",
                "javap",
                "jlink",
                "jpackage",
                "jdeps",
                "jmod",
                "jshell",
                "keytool"
            })
    void handsTheAgentToTheJvmOfAJdkTool(String tool) {
        Launch launch = Launch.of(List.of(tool, "-d", "out", "A.java"), AGENT, Map.of());

        assertThat(launch.command()).containsExactly(tool, "-J" + AGENT, "-d", "out", "A.java");
        assertThat(launch.environment()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mvn", "./gradlew", "sh", "javafoo", "java.sh", "notjava"})
    void letsEveryOtherCommandInheritTheAgent(String program) {
        Launch launch = Launch.of(List.of(program, "-q"), AGENT, Map.of());

        assertThat(launch.command()).containsExactly(program, "-q");
        assertThat(launch.environment()).containsExactly(Map.entry("JAVA_TOOL_OPTIONS", AGENT));
    }

    @Test
    void keepsOptionsThatWereThereBefore() {
        Launch launch = Launch.of(List.of("mvn"), AGENT, Map.of("JAVA_TOOL_OPTIONS", "-Xint -Da=b"));

        assertThat(launch.environment()).containsEntry("JAVA_TOOL_OPTIONS", AGENT + " -Xint -Da=b");
    }

    @Test
    void takesTheSameAgentOutOfTheVariables() {
        Map<String, String> inherited = Map.of(
                "JAVA_TOOL_OPTIONS", "-Xint -javaagent:/opt/tm.jar=listen=6060 '-Da=b c'",
                "JDK_JAVA_OPTIONS", "\"-javaagent:/opt/tm.jar=snapshot-at-exit=/a b.pb.gz\"",
                "_JAVA_OPTIONS", "-javaagent:/opt/other.jar -Dx=-javaagent:/opt/tm.jar");

        Launch java = Launch.of(List.of("java", "Main"), AGENT, inherited);
        Launch maven = Launch.of(List.of("mvn"), AGENT, inherited);

        assertThat(java.environment())
                .containsOnly(Map.entry("JAVA_TOOL_OPTIONS", "-Xint  '-Da=b c'"), Map.entry("JDK_JAVA_OPTIONS", ""));
        assertThat(maven.environment())
                .containsOnly(
                        Map.entry("JAVA_TOOL_OPTIONS", AGENT + " -Xint  '-Da=b c'"), Map.entry("JDK_JAVA_OPTIONS", ""));
    }

    @Test
    void removesVariablesInWhichNothingIsLeft() {
        Map<String, String> environment = new HashMap<>(Map.of("JDK_JAVA_OPTIONS", AGENT, "HOME", "", "LANG", "C"));

        Launch.of(List.of("java"), AGENT, environment).applyTo(environment);

        assertThat(environment).containsOnly(Map.entry("HOME", ""), Map.entry("LANG", "C"));
    }

    @Test
    void quotesBlanksAndQuotes() {
        String agent = Launch.agentArgument(Path.of("/my tools/tm.jar"), "snapshot-at-exit=/it's \"here\"/a.pb.gz");

        Launch launch = Launch.of(List.of("mvn"), agent, Map.of());

        assertThat(launch.environment())
                .containsEntry(
                        "JAVA_TOOL_OPTIONS",
                        "\"-javaagent:/my tools/tm.jar=snapshot-at-exit=/it's \"'\"'\"here\"'\"'\"/a.pb.gz\"");
    }
}
