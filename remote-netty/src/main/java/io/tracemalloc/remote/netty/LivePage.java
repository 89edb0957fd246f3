package io.tracemalloc.remote.netty;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.spi.RemoteStatus;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.SizeFormat;
import io.tracemalloc.statistic.Statistic;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The page that shows the session and its biggest lines, and asks for itself again every few seconds. It has no script
 * and asks for nothing else, and its policy lets the browser do nothing else.
 */
final class LivePage {

    /** Lines of each table. */
    static final int LINES = 25;

    private static final int REFRESH_SECONDS = 5;
    private static final String STYLE = "body{font:14px/1.4 system-ui,sans-serif;margin:2em auto;max-width:70em;"
            + "padding:0 1em;color:#222;background:#fff}h1{font-size:1.4em}h2{font-size:1.1em;margin-top:1.6em}"
            + "table{border-collapse:collapse;width:100%}td,th{padding:.15em .8em .15em 0;text-align:left;"
            + "border-bottom:1px solid #ddd}.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
            + "code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}"
            + "@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}td,th{border-color:#333}}";

    /** Value of the header Content-Security-Policy that this page needs. */
    static final String POLICY = "default-src 'none'; style-src 'sha256-" + sha256(STYLE)
            + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private LivePage() {}

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }

    /** The page; without a snapshot it has no tables. */
    static String of(RemoteStatus status, @Nullable Snapshot snapshot) {
        StringBuilder html = new StringBuilder();
        html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"refresh\""
                + " content=\"");
        html.append(REFRESH_SECONDS).append("\"><meta name=\"viewport\" content=\"width=device-width\">");
        html.append("<title>tracemalloc: ").append(escaped(title(status))).append("</title><style>");
        html.append(STYLE)
                .append("</style></head><body>\n<h1>")
                .append(escaped(title(status)))
                .append("</h1>\n");
        facts(status, html);
        if (snapshot != null) {
            for (Metric metric : List.of(Metric.LIVE, Metric.ALLOCATED)) {
                if (snapshot.has(metric)) {
                    table(snapshot, metric, html);
                }
            }
        }
        return html.append("</body></html>\n").toString();
    }

    private static String title(RemoteStatus status) {
        return status.program().isEmpty() ? "process " + status.pid() : status.program();
    }

    private static void facts(RemoteStatus status, StringBuilder html) {
        Map<String, String> facts = new TreeMap<>();
        BiConsumer<String, String> fact = facts::put;
        fact.accept("tracing", status.tracing() ? "yes, by " + status.backend() : "no");
        fact.accept("frames", Integer.toString(status.frames()));
        fact.accept("interval", SizeFormat.format(status.intervalBytes()));
        String about = status.memory().estimated() ? " (estimated)" : "";
        fact.accept("traced memory", SizeFormat.format(status.memory().currentBytes()) + about);
        fact.accept("peak", SizeFormat.format(status.memory().peakBytes()) + about);
        fact.accept("the tracer's own memory", SizeFormat.format(status.overheadBytes()));
        fact.accept("dropped events", String.format(Locale.ROOT, "%,d", status.dropped()));
        fact.accept("process", Long.toString(status.pid()));
        fact.accept("JVM", status.jvm());
        fact.accept("up for", plain(status.uptime()));
        html.append("<table>\n");
        facts.forEach((name, value) -> html.append("<tr><th>")
                .append(escaped(name))
                .append("</th><td>")
                .append(escaped(value))
                .append("</td></tr>\n"));
        html.append("</table>\n");
    }

    private static String plain(Duration time) {
        return time.toHours() + " h " + time.toMinutesPart() + " min " + time.toSecondsPart() + " s";
    }

    private static void table(Snapshot snapshot, Metric metric, StringBuilder html) {
        List<Statistic> lines = snapshot.statistics(GroupBy.LINE, false, metric);
        boolean estimated = lines.stream().anyMatch(Statistic::estimated);
        html.append("<h2>Lines by ").append(escaped(metric.label())).append(" memory");
        html.append(estimated ? " (estimated)" : "").append("</h2>\n<table>\n");
        html.append(
                "<tr><th class=\"n\">size</th><th class=\"n\">count</th><th class=\"n\">average</th><th>line</th></tr>\n");
        for (Statistic line : lines.subList(0, Math.min(LINES, lines.size()))) {
            html.append("<tr><td class=\"n\">").append(SizeFormat.format(line.size()));
            html.append("</td><td class=\"n\">").append(String.format(Locale.ROOT, "%,d", line.count()));
            html.append("</td><td class=\"n\">").append(SizeFormat.format(line.average()));
            html.append("</td><td><code>").append(escaped(line.key().isEmpty() ? "unknown" : line.key()));
            html.append("</code></td></tr>\n");
        }
        html.append("</table>\n<p>").append(Math.max(0, lines.size() - LINES)).append(" other lines; in all ");
        html.append(SizeFormat.format(snapshot.totalBytes(metric))).append(" in ");
        html.append(String.format(Locale.ROOT, "%,d", snapshot.totalCount(metric)))
                .append(" blocks</p>\n");
    }

    /** Text that stays text, in an element or an attribute. */
    static String escaped(String text) {
        StringBuilder safe = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.append(c < ' ' ? ' ' : c);
            }
        }
        return safe.toString();
    }
}
