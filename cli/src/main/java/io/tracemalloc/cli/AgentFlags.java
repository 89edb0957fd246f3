package io.tracemalloc.cli;

import io.tracemalloc.internal.AgentOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Options of the agent as options of a command; both have one table. */
final class AgentFlags {

    private static final int FIRST_ORDER = 10;

    private final List<AgentOption> options;
    private final Map<AgentOption, String> defaults;

    /**
     * These options.
     *
     * @param defaults what the command chooses otherwise than the agent
     */
    AgentFlags(List<AgentOption> options, Map<AgentOption, String> defaults) {
        this.options = options;
        this.defaults = defaults;
    }

    /** Adds them to the command. */
    void addTo(CommandSpec target) {
        int order = FIRST_ORDER;
        for (AgentOption option : options) {
            String standard = isFlag(option) ? "" : defaults.getOrDefault(option, option.defaultText());
            String description = option.description() + (standard.isEmpty() ? "" : " Default: " + standard + ".");
            OptionSpec.Builder flag = OptionSpec.builder(name(option))
                    .paramLabel(option.placeholder())
                    .order(order++)
                    .type(isFlag(option) ? boolean.class : String.class)
                    .arity(isFlag(option) ? "0" : "1")
                    .description(description.replace("%", "%%"));
            List<String> words = words(option);
            // An empty list would be completed as an empty word.
            target.addOption(
                    words.isEmpty()
                            ? flag.build()
                            : flag.completionCandidates(words).build());
        }
    }

    /** Those that were given, and the command's own defaults. */
    Map<AgentOption, String> given(CommandSpec spec) {
        Map<AgentOption, String> given = new EnumMap<>(AgentOption.class);
        given.putAll(defaults);
        for (AgentOption option : options) {
            Object value = spec.commandLine().getParseResult().matchedOptionValue(name(option), null);
            if (value != null) {
                given.put(option, value.toString());
            }
        }
        return given;
    }

    /** Those that a shell can complete; none where the value is free. */
    private static List<String> words(AgentOption option) {
        String placeholder = option.placeholder();
        return !isFlag(option) && placeholder.matches("[a-z]+([|][a-z]+)+")
                ? List.of(placeholder.split("[|]"))
                : List.of();
    }

    private static boolean isFlag(AgentOption option) {
        return option.placeholder().equals("true|false");
    }

    private static String name(AgentOption option) {
        return "--" + option.optionName();
    }
}
