package io.tracemalloc.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How a command is started so that its JVM, or every JVM below it, loads the agent.
 *
 * <p>{@code java} gets a plain argument. JDK tools hand arguments that begin with {@code -J} to their JVM; the second
 * JVM of {@code jshell} must not inherit the variable: what it prints before it is connected, jshell takes for a failure.
 * Anything else inherits {@code JAVA_TOOL_OPTIONS}, which every JVM reads, and says so on standard error; nothing
 * silences that.
 *
 * @param command what to execute
 * @param environment variables to set in addition
 */
record Launch(List<String> command, Map<String, String> environment) {

    private static final String TOOL_OPTIONS = "JAVA_TOOL_OPTIONS";
    private static final Set<String> JAVA = Set.of("java", "javaw");
    private static final Set<String> JDK_TOOLS = Set.of(
            "jar",
            "jarsigner",
            "javac",
            "javadoc",
            "javap",
            "jdeprscan",
            "jdeps",
            "jlink",
            "jmod",
            "jpackage",
            "jrunscript",
            "jshell",
            "keytool");
    private static final Pattern NEEDS_QUOTES = Pattern.compile("[\\s'\"]");

    static Launch of(List<String> command, String agentArgument, Map<String, String> environment) {
        String program = program(command.get(0));
        if (JAVA.contains(program)) {
            return new Launch(withFirstArgument(command, agentArgument), Map.of());
        }
        if (JDK_TOOLS.contains(program)) {
            return new Launch(withFirstArgument(command, "-J" + agentArgument), Map.of());
        }
        String inherited = environment.getOrDefault(TOOL_OPTIONS, "");
        String options = quoted(agentArgument) + (inherited.isBlank() ? "" : ' ' + inherited);
        return new Launch(List.copyOf(command), Map.of(TOOL_OPTIONS, options));
    }

    /** The argument that loads an agent. */
    static String agentArgument(Path jar, String options) {
        return "-javaagent:" + jar + '=' + options;
    }

    private static String program(String executable) {
        String name = Optional.ofNullable(Path.of(executable).getFileName())
                .map(Path::toString)
                .orElse(executable);
        return name.endsWith(".exe") ? name.substring(0, name.length() - 4) : name;
    }

    private static List<String> withFirstArgument(List<String> command, String argument) {
        List<String> extended = new ArrayList<>(command);
        extended.add(1, argument);
        return List.copyOf(extended);
    }

    /** The JVM splits the variable at blanks and knows both quotes, but no escapes within them. */
    private static String quoted(String argument) {
        return NEEDS_QUOTES.matcher(argument).find() ? '"' + argument.replace("\"", "\"'\"'\"") + '"' : argument;
    }
}
