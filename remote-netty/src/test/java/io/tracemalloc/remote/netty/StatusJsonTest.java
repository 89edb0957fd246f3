package io.tracemalloc.remote.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracemalloc.TracedMemory;
import io.tracemalloc.spi.RemoteStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusJsonTest {

    private static final RemoteStatus STATUS = new RemoteStatus(
            true,
            25,
            524_288,
            "bytebuddy",
            new TracedMemory(984, 1968, true),
            4096,
            7,
            4711,
            "VM \"17\" \\ \n\u0001 é 😀",
            "com.acme.Main",
            Duration.ofMillis(1234));

    private static final String JSON = "{\"schema\": \"tracemalloc.status/1\", \"tracing\": true, \"frames\": 25,"
            + " \"interval\": 524288, \"backend\": \"bytebuddy\", \"current\": 984, \"peak\": 1968,"
            + " \"memory_estimated\": true, \"overhead\": 4096, \"dropped\": 7, \"pid\": 4711,"
            + " \"jvm\": \"VM \\\"17\\\" \\\\ \\u000a\\u0001 é \\ud83d\\ude00\", \"program\": \"com.acme.Main\","
            + " \"uptime_ms\": 1234, \"refused\": 3}\n";

    @Test
    void writesOneObject() {
        assertThat(StatusJson.write(STATUS, Map.of("refused", 3L))).isEqualTo(JSON);
    }

    @Test
    void readsWhatItWrites() throws IOException {
        assertThat(StatusJson.read(JSON)).isEqualTo(STATUS);
    }

    @Test
    void readsOtherWaysToWriteTheSame() throws IOException {
        String other = JSON.replace(": ", " :\t")
                .replace("{", " { \"later\":\"x\\/\\b\\f\\r\\t\\n\", ")
                .replace("}", "\r\n}");

        assertThat(StatusJson.read(other)).isEqualTo(STATUS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~~ | expected JSON with '{' at character 0",
                "[] | expected JSON with '{' at character 0",
                "{} | expected a status (tracemalloc.status/1)",
                "{\"a\": 1,} | expected JSON with '\"' at character 8",
                "{\"a\": 1} x | expected JSON with the end at character 9",
                "{\"a\": 1, \"a\": 1} | expected JSON with each name once at character 15",
                "{\"a\": 1.5} | expected JSON with a string, a whole number, true or false at character 9",
                "{\"a\": null} | expected JSON with a string, a whole number, true or false at character 6",
                "{\"a\": {}} | expected JSON with a string, a whole number, true or false at character 6",
                "{\"a\": \"b | expected JSON with the end of a string at character 8",
                "{\"a\": \"\\q\"} | expected JSON with an escape sequence at character 9",
                "{\"a\": \"\\u12\"} | expected JSON with an escape sequence at character 9",
                "{\"schema\": \"tracemalloc.status/1\"} | expected a status with tracing",
                "{\"schema\": \"tracemalloc.status/2\"} | expected a status (tracemalloc.status/1)"
            })
    void saysWhatIsWrong(String json, String reason) {
        assertThatThrownBy(() -> StatusJson.read(json))
                .isInstanceOf(IOException.class)
                .hasMessage(reason);
    }

    @Test
    void refusesValuesThatCannotBe() {
        assertThatThrownBy(() -> StatusJson.read(JSON.replace("984", "99999")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("expected a status, found impossible values: ")
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> StatusJson.read(JSON.replace("\"frames\": 25", "\"frames\": 99999999999")))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> StatusJson.read(JSON.replace("4711", "\"4711\"")))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a status with pid");
    }
}
