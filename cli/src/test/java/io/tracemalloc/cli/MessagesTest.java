package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0",
                "7 | 7",
                "999 | 999",
                "1000 | 1,000",
                "123456 | 123,456",
                "1234567 | 1,234,567",
                "-999 | -999",
                "-1000 | -1,000",
                "-123456 | -123,456",
                "9223372036854775807 | 9,223,372,036,854,775,807",
                "-9223372036854775808 | -9,223,372,036,854,775,808",
            })
    void groupsDigitsByThousands(long value, String text) {
        assertThat(Messages.number(value)).isEqualTo(text);
    }

    @Test
    void countsInTheRightNumber() {
        assertThat(Messages.counted(0, "block")).isEqualTo("0 blocks");
        assertThat(Messages.counted(1, "block")).isEqualTo("1 block");
        assertThat(Messages.counted(1_234, "block")).isEqualTo("1,234 blocks");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0.0 %",
        "1, 3, 33.3 %",
        "2, 3, 66.7 %",
        "9994, 10000, 99.9 %",
        "9995, 10000, 100.0 %",
        "4, 10000, 0.0 %"
    })
    void sharesHaveOneDecimal(long part, long whole, String text) {
        assertThat(Messages.percent(part, whole)).isEqualTo(text);
    }

    @Test
    void spellsOutEveryControlCharacter() {
        assertThat(Messages.oneLine("a\nb\tc\u001b[2Jd\u009be")).isEqualTo("a\\nb c\\x1b[2Jd\\x9be");
        assertThat(Messages.oneLine("plain ä")).isEqualTo("plain ä");
    }

    @Test
    void putsFailuresIntoWords() {
        assertThat(Messages.of(new NoSuchFileException("/x"))).isEqualTo("no such file or directory");
        assertThat(Messages.of(new AccessDeniedException("/x"))).isEqualTo("permission denied");
        assertThat(Messages.of(new FileSystemException("/x", null, "Read-only file system")))
                .isEqualTo("Read-only file system");
        assertThat(Messages.of(new IOException("No space left on device"))).isEqualTo("No space left on device");
        assertThat(Messages.of(new IllegalStateException())).isEqualTo("IllegalStateException");
        assertThat(Messages.of(new ArithmeticException("/ by zero"))).isEqualTo("ArithmeticException: / by zero");
    }
}
