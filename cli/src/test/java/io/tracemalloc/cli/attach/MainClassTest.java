package io.tracemalloc.cli.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainClassTest {

    @ParameterizedTest
    @CsvSource({
        "java -cp a:b -Xmx1g com.acme.Main x, com.acme.Main",
        "java -jar app.jar -v, app.jar",
        "/usr/bin/java --module-path mods -m com.acme/com.acme.Main, com.acme/com.acme.Main",
        "java @options --add-opens java.base/java.lang=ALL-UNNAMED Main, Main",
    })
    void findsTheProgramBehindTheOptionsOfTheJvm(String command, String program) {
        assertThat(MainClass.of(List.of(command.split(" ", -1)))).contains(program);
    }

    @Test
    void findsNothingWhereThereIsNothing() {
        assertThat(MainClass.of(List.of())).isEmpty();
        assertThat(MainClass.of(List.of("java", "-version"))).isEmpty();
        assertThat(MainClass.of(List.of("java", "-cp"))).isEmpty();
    }
}
