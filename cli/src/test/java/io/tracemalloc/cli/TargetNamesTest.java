package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetNamesTest {

    @ParameterizedTest
    @CsvSource({
        "4711, 4711",
        "web-1:9000, web-1@9000",
        "http://web/x, http@++web+x",
        "[::1]:80, %5B@@1%5D@80",
        "unix:/run/a b.sock, unix@+run+a%20b.sock",
        "../../etc/passwd, %2E.+..+etc+passwd",
        "-rf, %2Drf",
        "a@b%c+d, a%40b%25c%2Bd",
        "größe, gr%C3%B6%C3%9Fe"
    })
    void areReadableAndReversible(String target, String name) {
        assertThat(TargetNames.encode(target)).isEqualTo(name);
        assertThat(TargetNames.decode(name)).isEqualTo(target);
    }

    @Test
    void differForDifferentTargetsHoweverLong() {
        String prefix = "x".repeat(1000);
        Set<String> names = new HashSet<>();
        List<String> targets = List.of("a:1", "a/1", "a@1", "a+1", "a%3A1", "a_1", prefix + "1", prefix + "2");
        targets.forEach(target -> names.add(TargetNames.encode(target)));

        assertThat(names).hasSameSizeAs(targets).allMatch(name -> name.length() < 200);
        assertThat(TargetNames.decode(TargetNames.encode(prefix + "1")))
                .hasSize(160)
                .matches("x+");
    }
}
