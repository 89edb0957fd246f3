package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.internal.AgentOption;
import io.tracemalloc.statistic.GroupBy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

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

    @ParameterizedTest
    @ValueSource(strings = {"stats", "diff", "leaks"})
    void namesEveryGroupingInTheHelp(String command) {
        String names = String.join(", ", GroupBy.names()).replaceFirst(", ([a-z]+)$", " or $1");

        assertThat(CommandRun.of(command, "--help").out()).containsIgnoringWhitespaces(names + ", or a plug-in's key.");
    }

    @Test
    void showsTheHeaderThatExportPrints(@TempDir Path directory) throws IOException {
        String file = Samples.exact()
                .recorded(Metric.PEAK, Exactness.EXACT)
                .recorded(Metric.TEMPORARY, Exactness.EXACT)
                .add("byte[]", 1, 16, "A a 1")
                .in(directory, "app.pb.gz");

        String header = CommandRun.of("export", file, "--to", "csv")
                .out()
                .lines()
                .findFirst()
                .orElseThrow();

        assertThat(Files.readAllLines(ROOT.resolve("docs/snapshot-files.md"))).contains(header);
    }

    private static String row(AgentOption option) {
        return "| `" + option.optionName() + "=" + option.placeholder().replace("|", "\\|") + "` | "
                + option.defaultText() + " | " + option.description() + " |";
    }

    @ParameterizedTest
    @CsvSource({"collect, collect.md", "merge, collect.md", "top, top.md"})
    void namesEveryOptionOfACommandOnItsPage(String command, String page) throws IOException {
        String text = Files.readString(ROOT.resolve("docs").resolve(page));

        List<String> own = new ArrayList<>(options(command));
        own.removeAll(networkOptions());
        assertThat(own).isNotEmpty().allMatch(option -> text.contains("`" + option));
    }

    @ParameterizedTest
    @CsvSource({"collect.md, collect merge stats diff snapshot run", "top.md, top stats attach"})
    void namesNoOptionThatIsNotThere(String page, String commands) throws IOException {
        List<String> known = new ArrayList<>();
        for (String command : commands.split(" ")) {
            known.addAll(options(command));
        }
        List<String> named = Pattern.compile("--[a-z][a-z-]*")
                .matcher(Files.readString(ROOT.resolve("docs").resolve(page)))
                .results()
                .map(MatchResult::group)
                .toList();

        assertThat(named).isNotEmpty().isSubsetOf(known);
    }

    /** The long options of a command in its help, without those that every command has. */
    private static List<String> options(String command) {
        return Pattern.compile("(?m)^ +(?:-[a-zA-Z], )?(--[a-z-]+)")
                .matcher(CommandRun.of(command, "--help").out())
                .results()
                .map(match -> match.group(1))
                .filter(option -> !List.of("--color", "--help", "--output").contains(option))
                .toList();
    }

    /** The page of the remote channel has them. */
    private static List<String> networkOptions() {
        return CommandSpec.forAnnotatedObject(new ConnectionOptions()).options().stream()
                .map(OptionSpec::longestName)
                .toList();
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
