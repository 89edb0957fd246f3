package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class JsonTest {

    private final StringWriter text = new StringWriter();
    private final Json json = new Json(new PrintWriter(text));

    @Test
    void separatesPairsAndValues() {
        json.beginObject()
                .name("a")
                .value(1)
                .name("b")
                .beginArray()
                .value(true)
                .value("x")
                .endArray();
        json.name("c").beginObject().endObject().endObject();

        assertThat(text).hasToString("{\"a\": 1, \"b\": [true, \"x\"], \"c\": {}}");
    }

    @Test
    void putsRowsOnLinesOfTheirOwn() {
        json.beginArray().newLine().value(1).newLine().value(2).endArray();

        assertThat(text).hasToString("[\n 1,\n 2]");
    }

    @Test
    void escapesWhatJsonCannotHold() {
        json.value("\"\\\n\r\t\b\u0000\u001f/ä€");

        assertThat(text).hasToString("\"\\\"\\\\\\n\\r\\t\\u0008\\u0000\\u001f/ä€\"");
    }

    @Test
    void spellsOutSurrogatesSinceALoneOneHasNoUtf8() {
        json.beginArray().value("😀").value("x\ud83d").endArray();

        assertThat(text).hasToString("[\"\\ud83d\\ude00\", \"x\\ud83d\"]");
    }
}
