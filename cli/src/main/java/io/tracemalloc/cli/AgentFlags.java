package io.tracemalloc.cli;

import io.tracemalloc.internal.AgentOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Options of the agent as options of a command; both have one table. */
final class AgentFlags {

    private static final int FIRST_ORDER = 10;

    private static final Pattern WORDS = Pattern.compile("[a-z]+(\\|[a-z]+)+");

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
            target.addOption(OptionSpec.builder(name(option))
                    .paramLabel(option.placeholder())
                    .order(order++)
                    .type(isFlag(option) ? boolean.class : String.class)
                    .arity(isFlag(option) ? "0" : "1")
                    .completionCandidates(words(option))
                    .description(description.replace("%", "%%"))
                    .build());
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

    /** What may stand after it; empty if that is more than a few words. */
    private static List<String> words(AgentOption option) {
        return WORDS.matcher(option.placeholder()).matches() && !isFlag(option)
                ? List.of(option.placeholder().split("\\|"))
                : List.of();
    }

    private static boolean isFlag(AgentOption option) {
        return option.placeholder().equals("true|false");
    }

    private static String name(AgentOption option) {
        return "--" + option.optionName();
    }
}
