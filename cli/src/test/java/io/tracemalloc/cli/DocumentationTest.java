package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.internal.AgentOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the pages say, as far as a program can check it. */
class DocumentationTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]*)(?:#[^)]*)?\\)");

    @Test
    void listsTheAgentOptionsAsTheirTableHasThem() throws IOException {
        List<String> rows = Files.readAllLines(ROOT.resolve("docs/agent-options.md")).stream()
                .filter(line -> line.matches("\\| `[a-z-]+=.*"))
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(AgentOption.forUsers().stream()
                        .map(DocumentationTest::row)
                        .toList());
    }

    private static String row(AgentOption option) {
        return "| `" + option.optionName() + "=" + option.placeholder().replace("|", "\\|") + "` | "
                + option.defaultText() + " | " + option.description() + " |";
    }

    @Test
    void linksToFilesThatAreThere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            LINK.matcher(Files.readString(page))
                    .results()
                    .map(MatchResult::group)
                    .filter(link -> !leadsSomewhere(page, link))
                    .forEach(link -> broken.add(ROOT.relativize(page) + ": " + link));
        }

        assertThat(broken).isEmpty();
    }

    private static boolean leadsSomewhere(Path page, String link) {
        String target = LINK.matcher(link).replaceFirst("$1");
        return target.isEmpty() || Files.exists(page.resolveSibling(target));
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md"), ROOT.resolve("CHANGELOG.md")));
        for (String directory : List.of("docs", "examples")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(directory))) {
                files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
            }
        }
        return pages;
    }
}
