package io.tracemalloc.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterTest {

    @Test
    void readsEveryKey() {
        Filter filter = Filter.parse(
                true, "file=*.java,line=7,class=byte[],method=*.run,thread=main,host=web-*,domain=3," + "all-frames");

        assertThat(filter.inclusive()).isTrue();
        assertThat(filter.fileGlob()).contains("*.java");
        assertThat(filter.line()).hasValue(7);
        assertThat(filter.classGlob()).contains("byte[]");
        assertThat(filter.methodGlob()).contains("*.run");
        assertThat(filter.threadGlob()).contains("main");
        assertThat(filter.hostGlob()).contains("web-*");
        assertThat(filter.domain()).hasValue(3);
        assertThat(filter.allFrames()).isTrue();
        assertThat(filter.conditions()).isEmpty();
    }

    @Test
    void takesABareTextForAFile() {
        assertThat(Filter.parse(false, "com/acme/*,line=7")).hasToString("exclude file=com/acme/*,line=7");
        assertThat(Filter.parse(false, "").fileGlob()).contains("");
        assertThat(Filter.parse(true, "file=").fileGlob()).contains("");
        assertThat(Filter.parse(true, "file=a=b").fileGlob()).contains("a=b");
    }

    @Test
    void readsAnEscapedCommaAsPartOfAValue() {
        Filter filter = Filter.parse(true, "thread=a\\,b,file=c\\d,host=h:1");

        assertThat(filter.threadGlob()).contains("a,b");
        assertThat(filter.fileGlob()).contains("c\\d");
        assertThat(filter).hasToString("include file=c\\d,thread=a\\,b,host=h:1");
    }

    @Test
    void hasNoConditionsUnlessGiven() {
        Filter filter = Filter.builder(true).build();

        assertThat(filter).hasToString("include ");
        assertThat(filter.fileGlob()).isEmpty();
        assertThat(filter.line()).isEmpty();
        assertThat(filter.domain()).isEmpty();
        assertThat(filter.allFrames()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "line=x | line must be a number of 0 or more, got x",
                "line= | line must be a number of 0 or more, got ",
                "line=-1 | line must be 0 or more, got -1",
                "domain=1e3 | domain must be a number of 0 or more, got 1e3",
                "domain=-1 | domain must be 0 or more, got -1",
                "a.java,b.java | file must be given once in a filter",
                "line=1,line=1 | line must be given once in a filter",
                "all-frames,all-frames | all-frames must be given once in a filter",
                "fiel=x | filter key must be one of file, line, class, method, thread, host, domain or the flag all-frames, got fiel",
            })
    void refusesTextThatMakesNoSense(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Filter.parse(true, text))
                .satisfies(failure -> assertThat(failure.getMessage().strip()).isEqualTo(message.strip()));
    }
}
