package io.tracemalloc.internal;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracemalloc.LiveTracking;
import io.tracemalloc.Metric;
import io.tracemalloc.TraceOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AgentOptionsTest {

    @Test
    void takesDefaultsWithoutText() {
        AgentOptions options = AgentOptions.parse(null, null);

        assertThat(options.tracing()).isTrue();
        assertThat(options.traceOptions()).isEqualTo(TraceOptions.DEFAULTS);
        assertThat(options.snapshotAtExit()).isEmpty();
        assertThat(options.snapshotEvery()).isEmpty();
        assertThat(options.snapshotOnOom()).isEmpty();
        assertThat(options.snapshotGc()).isFalse();
        assertThat(options.defaultMetric()).isEmpty();
        assertThat(options.listen()).isEmpty();
        assertThat(options.verbose()).isFalse();
        assertThat(options.runDirectory()).isEmpty();
    }

    @Test
    void readsBareNumberAsFrames() {
        assertThat(AgentOptions.parse("25", null).traceOptions().frames()).isEqualTo(25);
        assertThat(AgentOptions.parse("25,interval=1", null).traceOptions())
                .isEqualTo(TraceOptions.DEFAULTS.withFrames(25).withIntervalBytes(1));
    }

    @Test
    void readsBareZeroAsLoadedButNotTracing() {
        AgentOptions options = AgentOptions.parse("0", null);

        assertThat(options.tracing()).isFalse();
        assertThat(options.traceOptions()).isEqualTo(TraceOptions.DEFAULTS);
    }

    @Test
    void readsEnvironmentOnlyWithoutText() {
        assertThat(AgentOptions.parse(null, "7").traceOptions().frames()).isEqualTo(7);
        assertThat(AgentOptions.parse("", "7").traceOptions().frames()).isEqualTo(7);
        assertThat(AgentOptions.parse("3", "7").traceOptions().frames()).isEqualTo(3);
    }

    @Test
    void readsEveryOption() {
        AgentOptions options = AgentOptions.parse(
                "frames=65535,backend=jvmti,interval=64k,live=exact,threads=true,memory-limit=1g,"
                        + "snapshot-at-exit=heap.pb.gz,snapshot-every=5m,snapshot-on-oom=oom.pb.gz,snapshot-gc=true,"
                        + "default-metric=allocated,listen=127.0.0.1:7070,token-file=t,tls-self-signed=true,"
                        + "allow-host=a\\,b,verbose=true,run-dir=/tmp/run",
                null);

        assertThat(options.traceOptions())
                .isEqualTo(new TraceOptions(65_535, "jvmti", 65_536, LiveTracking.EXACT, 1_073_741_824L, true, false));
        assertThat(options.snapshotAtExit()).contains("heap.pb.gz");
        assertThat(options.snapshotEvery()).contains(Duration.ofMinutes(5));
        assertThat(options.snapshotOnOom()).contains("oom.pb.gz");
        assertThat(options.snapshotGc()).isTrue();
        assertThat(options.defaultMetric()).contains(Metric.ALLOCATED);
        assertThat(options.listen()).contains("127.0.0.1:7070");
        assertThat(options.listenSettings())
                .isEqualTo(Map.of("token-file", "t", "tls-self-signed", "true", "allow-host", "a,b"));
        assertThat(options.verbose()).isTrue();
        assertThat(options.runDirectory()).contains(Path.of("/tmp/run"));
    }

    @Test
    void readsEscapedCommaAsPartOfTheValue() {
        AgentOptions options = AgentOptions.parse("snapshot-at-exit=a\\,b=c.pb.gz,frames=2", null);

        assertThat(options.snapshotAtExit()).contains("a,b=c.pb.gz");
        assertThat(options.traceOptions().frames()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1000,1000", "16k,16384", "16K,16384", "3m,3145728", "2g,2147483648"})
    void readsByteSuffixes(String text, long bytes) {
        assertThat(AgentOptions.parse("interval=" + text, null).traceOptions().intervalBytes())
                .isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"500ms,500", "10s,10000", "5m,300000", "1h,3600000"})
    void readsDurations(String text, long milliseconds) {
        assertThat(AgentOptions.parse("snapshot-at-exit=f,snapshot-every=" + text, null)
                        .snapshotEvery())
                .contains(Duration.ofMillis(milliseconds));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0x | frames must be in 1..65535, got 0x",
                "-1 | frames must be in 1..65535, got -1",
                "65536 | frames must be in 1..65535, got 65536",
                "99999999999999 | frames must be in 1..65535, got 99999999999999",
                "frames=0 | frames must be in 1..65535, got 0",
                "frames=0x | frames must be in 1..65535, got 0x",
                "frames= | frames must be in 1..65535, got ",
                "25,frames=3 | frames is given twice",
                "threads=true,threads=true | threads is given twice",
                "fast | options must be a number of frames or name=value, got fast",
                "live=off,25 | options must be a number of frames or name=value, got 25",
                "25, | options must be a number of frames or name=value, got nothing",
                "interval=0 | interval must be 1 or more bytes, got 0",
                "interval=1kb | interval must be a number of bytes such as 512k, got 1kb",
                "interval=9223372036854775807k"
                        + " | interval must be a number of bytes such as 512k, got 9223372036854775807k",
                "memory-limit=lots | memory-limit must be a number of bytes such as 256m, got lots",
                "memory-limit=10 | memory-limit must be 1m or more, got 10",
                "live=maybe | live must be one of off, sampled, exact, got maybe",
                "callers=some | callers must be one of sampled, exact, got some",
                "callers=exact | callers=exact needs frames=2 or more, got frames=1",
                "threads=1 | threads must be true or false, got 1",
                "snapshot-gc=yes | snapshot-gc must be true or false, got yes",
                "default-metric=freed | default-metric must be one of live, allocated, got freed",
                "backend= | backend must be a name, got nothing",
                "listen= | listen must be [host:]port or unix:path, got nothing",
                "token-file=t | token-file needs listen, which says where to listen",
                "listen=1,token-file= | token-file must be a file, got nothing",
                "listen=1,tls-self-signed=yes | tls-self-signed must be true or false, got yes",
                "listen=1,allow-host= | allow-host must be a host, got nothing",
                "snapshot-at-exit= | snapshot-at-exit must be a file, got nothing",
                "snapshot-at-exit=/ | snapshot-at-exit must be a file, got /",
                "snapshot-on-oom= | snapshot-on-oom must be a file, got nothing",
                "snapshot-every=10s | snapshot-every needs snapshot-at-exit=FILE, which names the file",
                "snapshot-at-exit=f,snapshot-every=10"
                        + " | snapshot-every must be a duration such as 500ms, 10s, 5m or 1h, got 10",
                "snapshot-at-exit=f,snapshot-every=0s"
                        + " | snapshot-every must be a duration such as 500ms, 10s, 5m or 1h, got 0s",
                "colour=red | unknown option colour, use frames, backend, interval, live, callers, threads,"
                        + " memory-limit, snapshot-at-exit, snapshot-every, snapshot-on-oom, snapshot-gc, default-metric,"
                        + " listen, token-file, tls-cert, tls-key, tls-self-signed, tls-client-ca, allow-host, verbose",
            },
            ignoreLeadingAndTrailingWhitespace = true)
    void refusesNonsenseInOneLine(String text, String message) {
        assertThatThrownBy(() -> AgentOptions.parse(text, null))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .satisfies(actual -> assertThat(actual.strip()).isEqualTo(message));
    }

    @Test
    void formatsValuesSoThatTheyAreReadAgain() {
        String text = AgentOptions.format(Map.of(
                AgentOption.SNAPSHOT_AT_EXIT, "a,b.pb.gz",
                AgentOption.FRAMES, "25"));

        assertThat(text).isEqualTo("frames=25,snapshot-at-exit=a\\,b.pb.gz");
        assertThat(AgentOptions.parse(text, null).snapshotAtExit()).contains("a,b.pb.gz");
    }

    @Test
    void formatsSessionOptionsSoThatTheyAreReadAgain() {
        TraceOptions options = new TraceOptions(3, "some,name", 77, LiveTracking.OFF, 5_000_000, true, true);

        assertThat(AgentOptions.parse(AgentOptions.format(options), null).traceOptions())
                .isEqualTo(options);
    }

    @Test
    void defaultsOfTheTableAreThoseOfTheOptions() {
        String allDefaults = AgentOptions.format(AgentOption.forUsers().stream()
                .filter(option -> !option.defaultText().isEmpty())
                .collect(toMap(option -> option, AgentOption::defaultText)));

        assertThat(AgentOptions.parse(allDefaults, null).traceOptions()).isEqualTo(TraceOptions.DEFAULTS);
    }

    @Test
    void describesEveryOptionForUsers() {
        assertThat(AgentOption.forUsers())
                .doesNotContain(
                        AgentOption.RUN_DIR,
                        AgentOption.COMMAND,
                        AgentOption.REPLY,
                        AgentOption.PROCESS_START,
                        AgentOption.OUTPUT)
                .hasSize(AgentOption.values().length - 5)
                .allSatisfy(option -> {
                    assertThat(option.description()).endsWith(".").doesNotContain("%%");
                    assertThat(option.placeholder()).isNotEmpty();
                    assertThat(AgentOption.named(option.optionName())).contains(option);
                });
    }
}
