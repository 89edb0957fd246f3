package io.tracemalloc.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/** One run of the command line in this JVM: what it printed and how it ended. */
record CommandRun(int status, String out, String err) {

    static CommandRun of(String... args) {
        return in(false, Map.of(), args);
    }

    /** With colours and progress as on a terminal, if it is one. */
    static CommandRun in(boolean terminal, Map<String, String> environment, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal both = new Terminal(new PrintWriter(out), new PrintWriter(err), terminal, terminal, environment);
        int status = Main.run(both, args);
        return new CommandRun(status, out.toString(), err.toString());
    }
}
