package io.tracemalloc.cli.attach;

/** Why a JVM did not load the agent, and what to do about it. */
final class LoadFailure {

    private static final String FROM_THE_START = "trace it from the start ('tracemalloc run', -javaagent)";

    static final String NO_ANSWER = "the agent there gave no answer; the standard error of the program says why";

    private LoadFailure() {}

    /** In words, from what the JVM answered; the codes are those of the JDK's own library "instrument". */
    static String of(AttachChannel.Answer answer, String jar) {
        String text = answer.text().strip();
        if (text.contains("Dynamic agent loading is not enabled")) {
            return "its JVM loads no agents (JEP 451, -XX:-EnableDynamicAgentLoading); restart it with"
                    + " -XX:+EnableDynamicAgentLoading, or " + FROM_THE_START;
        }
        if (text.contains("return code: 100")) {
            return "its JVM cannot read the agent " + jar + "; is it readable for the user there?";
        }
        if (text.contains("return code: 10")) {
            return "the agent did not start there; the standard error of the program says why";
        }
        if (text.contains("java.instrument") || text.contains("instrument was not loaded")) {
            return "its Java runtime lacks the module java.instrument, which agents need";
        }
        if (text.isEmpty() || text.contains("return code: 0")) {
            return NO_ANSWER;
        }
        String line = text.lines().findFirst().orElse("");
        return "its JVM did not load the agent: " + line;
    }
}
