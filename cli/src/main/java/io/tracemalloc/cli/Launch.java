package io.tracemalloc.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a command is started so that its JVM, or every JVM below it, loads the agent.
 *
 * <p>{@code java} gets a plain argument. JDK tools hand arguments that begin with {@code -J} to their JVM; the second
 * JVM of {@code jshell} must not inherit the variable: what it prints before it is connected, jshell takes for a failure.
 * Anything else inherits {@code JAVA_TOOL_OPTIONS}, which every JVM reads, and says so on standard error; nothing
 * silences that. The same agent in the variables of an application goes: of two, the first has its way.
 *
 * @param command what to execute
 * @param environment variables to set in addition; to remove where the value is empty
 */
record Launch(List<String> command, Map<String, String> environment) {

    private static final String TOOL_OPTIONS = "JAVA_TOOL_OPTIONS";
    private static final List<String> OPTION_VARIABLES = List.of(TOOL_OPTIONS, "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");
    private static final String AGENT = "-javaagent:";
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
    private static final Pattern OPTION = Pattern.compile("(?:[^\\s'\"]|'[^']*'|\"[^\"]*\")+");
    private static final Pattern QUOTED = Pattern.compile("'([^']*)'|\"([^\"]*)\"");

    static Launch of(List<String> command, String agentArgument, Map<String, String> environment) {
        Map<String, String> changed = withoutAgent(jar(agentArgument).orElseThrow(), environment);
        String program = program(command.get(0));
        if (JAVA.contains(program)) {
            return new Launch(withFirstArgument(command, agentArgument), changed);
        }
        if (JDK_TOOLS.contains(program)) {
            return new Launch(withFirstArgument(command, "-J" + agentArgument), changed);
        }
        String inherited = changed.getOrDefault(TOOL_OPTIONS, environment.getOrDefault(TOOL_OPTIONS, ""));
        changed.put(TOOL_OPTIONS, quoted(agentArgument) + (inherited.isBlank() ? "" : ' ' + inherited));
        return new Launch(List.copyOf(command), changed);
    }

    /** Changes the environment of the process that is started. */
    void applyTo(Map<String, String> processEnvironment) {
        processEnvironment.putAll(environment);
        // The JVM announces a variable even if there is nothing in it.
        environment.forEach((name, value) -> processEnvironment.remove(name, ""));
    }

    /** The argument that loads an agent. */
    static String agentArgument(Path jar, String options) {
        return AGENT + jar + '=' + options;
    }

    /** Those variables that load this agent, without it. */
    private static Map<String, String> withoutAgent(Path jar, Map<String, String> environment) {
        Map<String, String> changed = new LinkedHashMap<>();
        for (String variable : OPTION_VARIABLES) {
            String given = environment.getOrDefault(variable, "");
            String rest = OPTION.matcher(given)
                    .replaceAll(option -> loads(jar, option.group()) ? "" : Matcher.quoteReplacement(option.group()));
            if (!rest.equals(given)) {
                changed.put(variable, rest.strip());
            }
        }
        return changed;
    }

    private static boolean loads(Path jar, String option) {
        return jar(QUOTED.matcher(option).replaceAll("$1$2"))
                .filter(loaded -> isSame(loaded, jar))
                .isPresent();
    }

    /** The agent's jar, if the option loads one. */
    private static Optional<Path> jar(String option) {
        int end = option.indexOf('=');
        String path = end < 0 ? option : option.substring(0, end);
        try {
            return path.startsWith(AGENT) ? Optional.of(Path.of(path.substring(AGENT.length()))) : Optional.empty();
        } catch (InvalidPathException none) {
            return Optional.empty();
        }
    }

    private static boolean isSame(Path file, Path other) {
        try {
            return Files.isSameFile(file, other);
        } catch (IOException missing) {
            return false;
        }
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
