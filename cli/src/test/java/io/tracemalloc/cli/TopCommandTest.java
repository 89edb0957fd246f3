package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Snapshot;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The screens of {@code top} as text. */
class TopCommandTest {

    private final FakeJvms jvms = new FakeJvms();

    private CommandRun top(String... arguments) {
        Map<String, Function<Terminal, Object>> commands = Main.commands();
        commands.put("top", terminal -> new TopCommand(terminal, Optional.of(jvms)));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), false, false, Map.of());
        String[] all = Stream.concat(Stream.of("top"), Arrays.stream(arguments)).toArray(String[]::new);
        int status = Main.run(terminal, commands, all);
        return new CommandRun(status, out.toString(), err.toString());
    }

    /** Allocates 1000 more bytes in 10 blocks each time it is asked, and says that a second has gone by. */
    private void grows() {
        AtomicInteger asked = new AtomicInteger();
        jvms.answers("4711", out -> {
            int times = asked.incrementAndGet();
            Snapshot snapshot = Samples.exact()
                    .add("byte[]", 10L * times, 1000L * times, Samples.PARSE)
                    .add("int[]", 1, 16, "com.acme.Main main 9")
                    .at(times)
                    .snapshot();
            out.write(FakeJvms.bytes(snapshot));
        });
    }

    @Test
    void printsOneScreenWhereThereIsNoTerminal() {
        grows();

        CommandRun run = top("4711", "--every", "1ms");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo("""
                4711  com.acme.Main  Fake VM  up 5 s
                allocates 1000 B/s, 10 blocks/s   live 1008 B in 10 blocks   tracer 0 B
                by line, sorted by bytes/s: 2 groups
                   bytes/s    blocks/s      live     count  line
                    1000 B          10    1000 B        10  com/acme/Parser.java:42
                       0 B           0       8 B         0  com/acme/Main.java:9
                """);
        assertThat(run.status()).isZero();
    }

    @Test
    void printsAsManyScreensAndRowsAsAskedFor() {
        grows();

        CommandRun run =
                top("4711", "--every", "1ms", "--frames", "3", "--limit", "1", "--sort", "name", "--group-by", "class");

        assertThat(run.out().split("\n\n"))
                .hasSize(3)
                .allMatch(screen -> screen.lines().count() == 5);
        assertThat(run.out()).contains("by class, sorted by name: 2 groups\n").contains("1500 B        15  byte[]\n");
        assertThat(jvms.asked("4711")).isEqualTo(1);
    }

    @Test
    void showsWhatMatchesTheFilter() {
        grows();

        assertThat(top("4711", "--every", "1ms", "--filter", "main.JAVA").out())
                .contains("filter main.JAVA: 1 of 2 groups", "Main.java:9")
                .doesNotContain("Parser");
        assertThat(top("4711", "--every", "1ms", "--filter", "class=byte*").out())
                .contains("filter class=byte*: 1 group\n", "Parser.java:42")
                .doesNotContain("Main.java");
    }

    @Test
    void endsWithOneLineWhenTheTargetDoes() {
        byte[] bytes = FakeJvms.bytes(Samples.program().snapshot());
        AtomicInteger asked = new AtomicInteger();
        jvms.answers("4711", out -> {
            if (asked.incrementAndGet() == 3) {
                throw new IOException("no such process");
            }
            out.write(bytes);
        });

        CommandRun run = top("4711", "--every", "1ms", "--frames", "9");

        assertThat(run.out()).hasLineCount(7);
        assertThat(run.err()).isEqualTo("tracemalloc: 4711: no such process\n");
        assertThat(run.status()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "--frames 0 4711 ~ --frames must be 1 or more, got 0",
                "--limit -1 4711 ~ --limit must be 0 or more, got -1",
                "--filter line=x 4711 ~ --filter line=x: line must be a number of 0 or more, got x",
                "--group-by file 4711 ~ invalid value for option '--group-by': must be one of line, class, method, package,"
                        + " got 'file' (see 'tracemalloc top --help')",
                "--sort size 4711 ~ invalid value for option '--sort': must be one of bytes, blocks, live, count, name,"
                        + " got 'size' (see 'tracemalloc top --help')",
            })
    void tellsWrongUsageInOneLine(String arguments, String message) {
        CommandRun run = top(arguments.split(" "));

        assertThat(run.err()).isEqualTo("tracemalloc: " + message + "\n");
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void tellsATargetThatIsNotThere() {
        CommandRun run = top("web-1:9000");

        assertThat(run.err()).isEqualTo("tracemalloc: web-1:9000: connection refused\n");
        assertThat(run.status()).isEqualTo(3);
    }
}
