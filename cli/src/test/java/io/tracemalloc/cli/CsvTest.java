package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class CsvTest {

    @Test
    void quotesOnlyWhatNeedsIt() {
        StringWriter text = new StringWriter();

        new Csv(new PrintWriter(text)).row(List.of("plain one", "a,b", "say \"x\"", "two\nlines", "", "cr\r"));

        assertThat(text).hasToString("plain one,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",,\"cr\r\"\r\n");
    }
}
