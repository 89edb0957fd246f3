package io.tracemalloc.internal.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The expected answers were given by Python's {@code fnmatch.fnmatchcase}. */
class GlobTest {

    static Stream<Arguments> answers() {
        return Stream.of(
                arguments("*", "a/b", true),
                arguments("", "", true),
                arguments("", "a", false),
                arguments("*.java", "a/b.java", true),
                arguments("a?c", "a/c", true),
                arguments("A*", "a", false),
                arguments("a*b*c", "aXbYc", true),
                arguments("a*b*c", "aXbYcd", false),
                arguments("**", "x", true),
                arguments("*?", "", false),
                arguments("[abc]x", "bx", true),
                arguments("[!abc]x", "bx", false),
                arguments("[!abc]x", "dx", true),
                arguments("[a-c]x", "bx", true),
                arguments("[a-a]", "a", true),
                arguments("[z-a]x", "bx", false),
                arguments("[!z-a]x", "bx", true),
                arguments("[z-ab]x", "bx", true),
                arguments("[a-]", "-", true),
                arguments("[-a]", "-", true),
                arguments("[--a]", "9", true),
                arguments("[a-b-c]", "-", true),
                arguments("[a-b-c]", "c", true),
                arguments("[^a]", "^", true),
                arguments("[^a]", "b", false),
                arguments("[&&~~||]", "&", true),
                arguments("byte[]", "byte[]", true),
                arguments("byte[[]]", "byte[]", true),
                arguments("byte[][]", "byte[][]", false),
                arguments("byte[][]", "byte]", true),
                arguments("[]]", "]", true),
                arguments("[!]]", "]", false),
                arguments("[!]]", "a", true),
                arguments("[", "[", true),
                arguments("[!", "[!", true),
                arguments("a[b", "a[b", true),
                arguments("*[", "x[", true),
                arguments("[[]", "[", true),
                arguments("\\*", "\\x", true),
                arguments("a[\\]b", "a\\b", true),
                arguments("a\n*", "a\nb", true),
                arguments("?", "\uD83D\uDE00", true),
                arguments("[!a]", "\uD83D\uDE00", true));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void readsPatternsAsPythonDoes(String pattern, String text, boolean matches) {
        assertThat(new Glob(pattern).matches(text)).isEqualTo(matches);
    }

    @Test
    void needsNoExponentialTimeForManyStars() {
        Glob glob = new Glob("*a".repeat(50) + "b");
        String text = "a".repeat(2_000);

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> assertThat(glob.matches(text)).isFalse());
    }
}
