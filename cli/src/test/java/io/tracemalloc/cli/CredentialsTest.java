package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialsTest {

    @TempDir
    Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("auth"), text);
    }

    @Test
    void areTokensPasswordsAndHeaders() throws IOException {
        assertThat(Credentials.read(file("Bearer s3cret\n"))).isEqualTo(Map.of("Authorization", "Bearer s3cret"));
        assertThat(Credentials.read(file("# tenant\n\nX-Scope-OrgID: shop\nBasic me:pass:word\n")))
                .isEqualTo(Map.of("X-Scope-OrgID", "shop", "Authorization", "Basic bWU6cGFzczp3b3Jk"));
    }

    @ParameterizedTest
    @CsvSource({
        "s3cret, line 1 is neither",
        "Basic s3cret, line 1 is neither",
        "'# nothing\n', has no line",
        "'X: a\u0001s3cret', control character"
    })
    void areNeverQuotedWhenTheyAreWrong(String text, String message) {
        assertThatIOException()
                .isThrownBy(() -> Credentials.read(file(text)))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cret"));
    }
}
