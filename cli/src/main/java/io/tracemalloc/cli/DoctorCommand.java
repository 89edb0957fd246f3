package io.tracemalloc.cli;

import io.tracemalloc.internal.Providers;
import io.tracemalloc.spi.Availability;
import io.tracemalloc.spi.CaptureBackendProvider;
import io.tracemalloc.spi.FilterProvider;
import io.tracemalloc.spi.GroupingProvider;
import io.tracemalloc.spi.Provider;
import io.tracemalloc.spi.RemoteChannelProvider;
import io.tracemalloc.spi.SnapshotFormatProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code doctor}: what works on a JVM, what does not, and why; found out by trying. */
@Command(
        name = "doctor",
        header = "Try what works on a JVM, and say why what does not.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc doctor",
            "  tracemalloc doctor --java $JAVA_HOME/bin/java",
            "",
            "The exit status is 1 if that JVM cannot be traced.",
        })
final class DoctorCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(
            names = "--java",
            paramLabel = "FILE",
            description = "The java executable to try, or a JDK's directory. Default: the JVM that runs this command.")
    private String java = System.getProperty("java.home", "");

    private boolean traceable = true;

    DoctorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        terminal.out().println(new RootCommand.Version().getVersion()[0]);
        terminal.out().println();
        Optional<Path> jar = AgentJar.find();
        if (jar.isPresent()) {
            tryJvm(jar.get());
        } else {
            traceable = false;
            finding(false, "agent", "this command line does not run from tracemalloc.jar");
        }
        providers("capture backend", CaptureBackendProvider.class);
        providers("snapshot format", SnapshotFormatProvider.class);
        providers("remote channel", RemoteChannelProvider.class);
        plugIns();
        return traceable ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
    }

    private void tryJvm(Path jar) {
        java = executable(java);
        Path directory = TemporaryFiles.createDirectory();
        try {
            JvmTrial trial = new JvmTrial(java, jar, directory);
            JvmTrial.Outcome plain = Progress.during(terminal, "trying " + java, trial::plain);
            plain.complaint().ifPresentOrElse(this::cannotRun, () -> {
                describe(jar, plain.facts());
                tryTracing(trial, plain.millis());
                tryAttaching(trial);
            });
        } finally {
            TemporaryFiles.delete(directory);
        }
    }

    private static String executable(String given) {
        Path inJdk = Path.of(given, "bin", "java");
        return Files.isExecutable(inJdk) ? inJdk.toString() : given;
    }

    private void cannotRun(String complaint) {
        traceable = false;
        finding(false, "java", java + ": " + complaint);
    }

    private void describe(Path jar, Map<String, String> facts) {
        finding(true, "java", java);
        finding(
                true,
                "JVM",
                facts.get("java.vm.name") + ' ' + facts.get("java.vm.version") + " on " + facts.get("os.name") + ' '
                        + facts.get("os.arch"));
        finding(true, "agent", jar.toString());
        boolean shares = facts.getOrDefault("java.vm.info", "").contains("sharing");
        finding(shares, "class data sharing", shares ? "on" : "off: the JVM starts slower than it could");
    }

    private void tryTracing(JvmTrial trial, long plainMillis) {
        JvmTrial.Outcome traced = Progress.during(terminal, "tracing on " + java, trial::traced);
        if (traced.complaint().isPresent()) {
            traceable = false;
            finding(false, "tracing", traced.complaint().get());
            return;
        }
        try {
            long blocks = trial.recordedBlocks();
            boolean all = blocks == DoctorProbe.BLOCKS;
            traceable = blocks > 0;
            finding(
                    all,
                    "tracing",
                    Messages.number(blocks) + " of " + Messages.number(DoctorProbe.BLOCKS)
                            + " allocations of a test program recorded");
            finding(
                    true,
                    "time",
                    plainMillis + " ms plain, " + traced.millis() + " ms traced, start and snapshot included");
        } catch (IOException | IllegalStateException e) {
            traceable = false;
            finding(false, "tracing", "the agent wrote no snapshot: " + Messages.of(e));
        }
    }

    private void tryAttaching(JvmTrial trial) {
        JvmTrial.Outcome attached = Progress.during(terminal, "attaching to " + java, trial::attached);
        finding(
                attached.complaint().isEmpty(),
                "attach",
                attached.complaint()
                        .map(complaint -> complaint + "; tracing has to begin with -javaagent or 'tracemalloc run'")
                        .orElseGet(() -> "a JVM that ran was traced after " + attached.millis() + " ms"));
    }

    private <P extends Provider> void providers(String kind, Class<P> type) {
        List<Providers.Candidate<P>> candidates = Providers.candidates(type);
        if (candidates.isEmpty()) {
            finding(false, kind, "none in this build");
        }
        for (Providers.Candidate<P> candidate : candidates) {
            Availability availability = candidate.availability();
            String reason = availability.reason().map(text -> ": " + text).orElse("");
            finding(availability.isAvailable(), kind, candidate.name() + reason);
        }
    }

    private void plugIns() {
        List<String> names = new ArrayList<>();
        Providers.candidates(GroupingProvider.class).forEach(each -> names.add("--group-by " + each.name()));
        Providers.candidates(FilterProvider.class).forEach(each -> names.add("--include " + each.name() + "=..."));
        names.forEach(name -> finding(true, "plug-in", name));
    }

    private void finding(boolean good, String what, String words) {
        terminal.out()
                .println(String.format(Locale.ROOT, "%-4s %-19s %s", good ? "ok" : "-", what, Messages.oneLine(words)));
    }
}
