package io.tracemalloc.remote.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelfSignedTest {

    @Test
    void vouchesForItsHostsForItsTime() throws Exception {
        Instant now = Instant.parse("2026-03-04T05:06:07Z");

        X509Certificate made = SelfSigned.create(List.of("app.example", "127.0.0.1", "::1"), now, Duration.ofDays(825))
                .certificate();

        made.verify(made.getPublicKey());
        assertThat(made.getVersion()).isEqualTo(3);
        assertThat(made.getSubjectX500Principal().getName()).isEqualTo("CN=tracemalloc");
        assertThat(made.getIssuerX500Principal()).isEqualTo(made.getSubjectX500Principal());
        assertThat(made.getNotBefore().toInstant()).isEqualTo("2026-03-04T04:06:07Z");
        assertThat(made.getNotAfter().toInstant()).isEqualTo("2028-06-06T05:06:07Z");
        assertThat(made.getSerialNumber()).isPositive();
        assertThat(made.getSubjectAlternativeNames())
                .containsExactlyInAnyOrder(
                        List.of(2, "app.example"), List.of(7, "127.0.0.1"), List.of(7, "0:0:0:0:0:0:0:1"));
    }

    @Test
    void writesTimesBeyond2049() {
        Instant late = Instant.parse("2049-12-31T23:00:00Z");

        X509Certificate made =
                SelfSigned.create(List.of("a"), late, Duration.ofDays(1)).certificate();

        assertThat(made.getNotAfter().toInstant()).isEqualTo("2050-01-01T23:00:00Z");
    }

    @Test
    void isAnotherOneEachTime() {
        Instant now = Instant.now();
        SelfSigned one = SelfSigned.create(List.of("a"), now, Duration.ofDays(1));
        SelfSigned two = SelfSigned.create(List.of("a"), now, Duration.ofDays(1));

        assertThat(SelfSigned.fingerprint(one.certificate()))
                .matches("([0-9A-F]{2}:){31}[0-9A-F]{2}")
                .isNotEqualTo(SelfSigned.fingerprint(two.certificate()));
        assertThat(one.certificate().getSerialNumber())
                .isNotEqualTo(two.certificate().getSerialNumber());
    }
}
