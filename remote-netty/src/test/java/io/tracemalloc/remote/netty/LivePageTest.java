package io.tracemalloc.remote.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Metric;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.TracedMemory;
import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.RemoteStatus;
import io.tracemalloc.spi.SnapshotBuilder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class LivePageTest {

    private static RemoteStatus status(String program) {
        return new RemoteStatus(
                true,
                25,
                512 << 10,
                "bytebuddy",
                new TracedMemory(1 << 20, 2 << 20, true),
                4096,
                1234567,
                4711,
                "VM",
                program,
                Duration.ofSeconds(3723));
    }

    private static io.tracemalloc.Snapshot snapshot(String file) {
        SnapshotBuilder builder = new SnapshotBuilder();
        for (int line = 1; line <= 30; line++) {
            int frame = builder.frame("com.acme.Foo", "bar", file, line);
            int traceback = builder.traceback(new int[] {frame}, 1, 1);
            int record = builder.record(traceback, builder.type("byte[]"), 0, AllocationSink.NO_THREAD, 1024);
            builder.add(record, Metric.ALLOCATED, line * 1000L, line * 1024_000L);
        }
        return builder.snapshot(new SnapshotInfo(Instant.EPOCH, Duration.ofSeconds(1), 1, 1, Metric.ALLOCATED));
    }

    @Test
    void showsTheSessionAndTheBiggestLines() {
        String page = LivePage.of(status("com.acme.Main"), snapshot("com/acme/Foo.java"));

        assertThat(page)
                .contains(
                        "<h1>com.acme.Main</h1>",
                        "yes, by bytebuddy",
                        "1024 KiB (estimated)",
                        "1,234,567",
                        "1 h 2 min 3 s")
                .contains("<h2>Lines by allocated memory</h2>")
                .contains("<tr><td class=\"n\">29.3 MiB</td><td class=\"n\">30,000</td><td class=\"n\">1024 B</td>"
                        + "<td><code>com/acme/Foo.java:30</code></td></tr>")
                .contains("com/acme/Foo.java:6<")
                .doesNotContain("com/acme/Foo.java:5<")
                .contains("5 other lines; in all 454 MiB in 465,000 blocks")
                .doesNotContain("live memory");
    }

    @Test
    void showsTheSessionAloneWhereNothingIsTraced() {
        assertThat(LivePage.of(status(""), null))
                .contains("<h1>process 4711</h1>")
                .doesNotContain("<h2>");
    }

    @Test
    void takesNothingForMarkup() {
        String evil = "</code><script>alert('1')</script>&\"\u0000";

        assertThat(LivePage.of(status(evil), snapshot(evil)))
                .doesNotContain("<script", "alert('1')", "\u0000")
                .contains("&lt;/code&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot; ");
    }

    @Test
    void allowsItsOwnStyleAndNothingElse() throws Exception {
        String page = LivePage.of(status("x"), null);
        String style = page.substring(page.indexOf("<style>") + 7, page.indexOf("</style>"));
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));

        assertThat(LivePage.POLICY)
                .isEqualTo("default-src 'none'; style-src 'sha256-"
                        + Base64.getEncoder().encodeToString(digest)
                        + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        assertThat(page).doesNotContain(" style=").doesNotContain("<script").doesNotContain("url(");
    }
}
