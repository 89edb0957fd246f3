package io.tracemalloc.cli.attach;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The JVMs of this machine, those of other users and in containers too. Asks them nothing. */
public final class JvmList {

    private JvmList() {}

    /** Whether a JVM has the agent. */
    public enum Agent {
        /** It has loaded it. */
        LOADED,
        /** It has not. */
        NONE,
        /** It is another user's, and does not show its files. */
        UNKNOWN
    }

    /**
     * One JVM.
     *
     * @param pid process id as seen here
     * @param user who runs it
     * @param agent whether the agent is in it
     * @param version of the JVM, empty if it does not say
     * @param program main class or jar with its arguments, else the executable
     */
    public record Jvm(long pid, String user, Agent agent, String version, String program) {}

    /** Those that run now, in the order of their ids; not this one. */
    public static List<Jvm> running() throws IOException {
        List<Jvm> jvms = new ArrayList<>();
        long self = ProcessHandle.current().pid();
        for (JavaProcess process : JavaProcess.all()) {
            if (process.pid() != self && isJvm(process)) {
                jvms.add(describe(process));
            }
        }
        return jvms;
    }

    private static boolean isJvm(JavaProcess process) {
        try {
            return process.isHotSpot();
        } catch (IOException notForUs) {
            // Its performance data lies open in its name, and its arguments are there for everybody.
            List<String> arguments = process.arguments();
            return process.performanceData().isPresent()
                    || (!arguments.isEmpty() && arguments.get(0).matches("(.*/)?java"));
        }
    }

    private static Jvm describe(JavaProcess process) {
        Map<String, String> facts =
                process.performanceData().map(PerformanceData::texts).orElse(Map.of());
        return new Jvm(
                process.pid(),
                process.userName(),
                agent(process),
                facts.getOrDefault("java.property.java.vm.version", ""),
                program(process, facts.getOrDefault("sun.rt.javaCommand", "")));
    }

    private static Agent agent(JavaProcess process) {
        try {
            return AgentPresence.isLoaded(process) ? Agent.LOADED : Agent.NONE;
        } catch (IOException notForUs) {
            return Agent.UNKNOWN;
        }
    }

    private static String program(JavaProcess process, String command) {
        if (!command.isEmpty()) {
            return command;
        }
        List<String> arguments = process.arguments();
        String executable = arguments.isEmpty() ? "" : arguments.get(0);
        return MainClass.of(arguments)
                .orElseGet(() -> String.valueOf(Path.of(executable).getFileName()));
    }
}
