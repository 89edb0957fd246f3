package io.tracemalloc.cli;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.internal.AtomicFile;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code export TARGET --to FORMAT}: every record, for other programs. */
@Command(
        name = "export",
        header = "Write every record in a form that other programs read.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tracemalloc export app.pb.gz --to collapsed | flamegraph.pl > app.svg",
            "  tracemalloc export app.pb.gz --to json -o app.json",
            "  tracemalloc export app.pb.gz --to csv --include 'com/acme/*'",
            "",
            "collapsed: a line 'oldest;...;most recent BYTES' per traceback, for flame graphs.",
            "json, csv: all metrics of every record. pprof opens snapshot files as they are.",
        })
final class ExportCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private AnalysisOptions analysis = new AnalysisOptions();

    @Option(
            names = "--to",
            required = true,
            paramLabel = "FORMAT",
            converter = FormatConverter.class,
            completionCandidates = FormatNames.class,
            description = "collapsed, json or csv.")
    private ExportFormat format = ExportFormat.JSON;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write there instead of to standard output; whole or not at all.")
    private @Nullable String output;

    @Option(names = "--count", description = "collapsed: blocks instead of bytes.")
    private boolean count;

    @Option(names = "--lines", description = "collapsed: tell the lines of a method apart.")
    private boolean lines;

    @Option(names = "--classes", description = "collapsed: put the allocated class on top of the stack.")
    private boolean classes;

    @Parameters(
            paramLabel = "TARGET",
            description = "A snapshot file, any pprof heap profile, a process id, or an address.")
    private String target = "";

    ExportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        List<Filter> filters = analysis.filters(target);
        if (format != ExportFormat.COLLAPSED && (count || lines || classes)) {
            throw CommandFailure.usage("--count, --lines and --classes are for --to collapsed");
        }
        Path file = output == null || output.equals(OutputFile.STANDARD_OUTPUT) ? null : OutputFile.check(output, "-o");
        Snapshot whole = analysis.load(target, terminal);
        Metric metric = analysis.metric(whole, target);
        Snapshot snapshot = analysis.select(whole, filters);
        ExportFormat.Options options = new ExportFormat.Options(metric, count, lines, classes);
        if (file == null) {
            format.write(snapshot, options, terminal.out());
            terminal.out().flush();
        } else {
            writeFile(file, snapshot, options);
        }
        Notes.losses(terminal, snapshot.columns());
        return ExitStatus.DONE;
    }

    private void writeFile(Path file, Snapshot snapshot, ExportFormat.Options options) {
        try (AtomicFile target = AtomicFile.create(file)) {
            // A PrintWriter alone would swallow a failed write.
            PrintWriter out =
                    new PrintWriter(new OutputStreamWriter(new ResultStream(target.stream()), StandardCharsets.UTF_8));
            format.write(snapshot, options, out);
            out.flush();
            target.commit();
        } catch (IOException e) {
            throw CommandFailure.input(output + ": cannot write: " + Messages.of(e));
        } catch (ResultStream.Broken e) {
            throw CommandFailure.input(output + ": cannot write: " + e.reason());
        }
    }

    /** The words after {@code --to}. */
    static final class FormatNames extends ArrayList<String> {

        private static final long serialVersionUID = 1L;

        FormatNames() {
            super(Arrays.stream(ExportFormat.values()).map(ExportFormat::label).toList());
        }
    }

    /** Reads them. */
    static final class FormatConverter implements ITypeConverter<ExportFormat> {

        @Override
        public ExportFormat convert(String value) {
            for (ExportFormat format : ExportFormat.values()) {
                if (format.label().equals(value.toLowerCase(Locale.ROOT))) {
                    return format;
                }
            }
            throw new TypeConversionException(
                    "must be one of " + String.join(", ", new FormatNames()) + ", got '" + value + "'");
        }
    }
}
