package io.tracemalloc.cli;

import io.tracemalloc.spi.RemoteStatus;
import io.tracemalloc.statistic.SizeFormat;
import java.io.PrintWriter;
import java.time.Duration;

/** Prints what another JVM says of its session. */
final class StatusReport {

    private StatusReport() {}

    /** A line per fact. */
    static void print(String target, RemoteStatus status, PrintWriter out) {
        line(out, "target", target + (status.program().isEmpty() ? "" : ", " + status.program()));
        line(out, "jvm", status.jvm() + ", up for " + words(status.uptime()));
        if (status.tracing()) {
            line(
                    out,
                    "tracing",
                    Messages.counted(status.frames(), "frame") + ", interval "
                            + SizeFormat.format(status.intervalBytes()) + ", backend " + status.backend());
            line(
                    out,
                    "live",
                    SizeFormat.format(status.memory().currentBytes()) + ", peak "
                            + SizeFormat.format(status.memory().peakBytes())
                            + (status.memory().estimated() ? ", estimated" : ""));
        } else {
            line(out, "tracing", "no");
        }
        line(out, "overhead", SizeFormat.format(status.overheadBytes()));
        line(out, "dropped", Messages.counted(status.dropped(), "event"));
        out.flush();
    }

    private static void line(PrintWriter out, String name, String value) {
        out.println(name + " ".repeat(Math.max(1, 10 - name.length())) + Messages.oneLine(value));
    }

    /** The line that tells what a command did. */
    static String summary(RemoteStatus status) {
        return status.tracing()
                ? "traced, " + Messages.counted(status.frames(), "frame") + ", backend " + status.backend()
                : "not traced any more";
    }

    private static String words(Duration time) {
        long seconds = time.toSeconds();
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }
}
