package io.tracemalloc.cli;

import io.tracemalloc.cli.attach.JvmList;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code list}: the JVMs that {@code attach} could mean. */
@Command(
        name = "list",
        header = "List the JVMs of this machine, traced or not.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc list",
            "  tracemalloc list --json",
            "",
            "Those of other users and in containers are listed too. 'loaded' means that the agent is in the",
            "JVM, which 'tracemalloc status PID' asks whether it traces; '?' that the JVM is another user's.",
        })
final class ListCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    ListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        List<JvmList.Jvm> jvms;
        try {
            jvms = Progress.during(terminal, "looking for JVMs", JvmList::running);
        } catch (IOException e) {
            throw CommandFailure.input("/proc: cannot look for JVMs: " + Messages.of(e));
        }
        if (json) {
            writeJson(jvms);
        } else {
            writeText(jvms);
        }
        terminal.out().flush();
        if (jvms.isEmpty()) {
            terminal.note("no JVM runs here that this user can see");
        }
        return ExitStatus.DONE;
    }

    private void writeText(List<JvmList.Jvm> jvms) {
        if (jvms.isEmpty()) {
            return;
        }
        int width = jvms.stream().mapToInt(jvm -> jvm.user().length()).max().orElse(0);
        int user = Math.max(width, 4);
        terminal.out().println(new Style(terminal.coloursOut()).faint(row("PID", "USER", "AGENT", "PROGRAM", user)));
        for (JvmList.Jvm jvm : jvms) {
            String version = jvm.version().isEmpty() ? "" : "  (" + jvm.version() + ')';
            terminal.out()
                    .println(Messages.oneLine(row(
                            Long.toString(jvm.pid()), jvm.user(), words(jvm.agent()), jvm.program() + version, user)));
        }
    }

    private static String row(String pid, String user, String agent, String program, int userWidth) {
        return Messages.right(pid, 7) + ' ' + left(user, userWidth) + ' ' + left(agent, 6) + ' ' + program;
    }

    private static String left(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String words(JvmList.Agent agent) {
        return switch (agent) {
            case LOADED -> "loaded";
            case NONE -> "-";
            case UNKNOWN -> "?";
        };
    }

    private void writeJson(List<JvmList.Jvm> jvms) {
        Json out = new Json(terminal.out());
        out.beginObject()
                .name("schema")
                .value("tracemalloc.list/1")
                .name("jvms")
                .beginArray();
        for (JvmList.Jvm jvm : jvms) {
            out.newLine().beginObject();
            out.name("pid").value(jvm.pid()).name("user").value(jvm.user());
            out.name("agent").value(jvm.agent().name().toLowerCase(java.util.Locale.ROOT));
            out.name("version").value(jvm.version()).name("program").value(jvm.program());
            out.endObject();
        }
        out.endArray().endObject();
        terminal.out().println();
    }
}
