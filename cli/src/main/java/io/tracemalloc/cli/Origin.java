package io.tracemalloc.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What the records of a merged file are told apart by: the value of their {@code host}. */
enum Origin {
    /** Host and process id, {@code web-1/4711}; the file where the snapshot does not say. */
    JVM {
        @Override
        String of(Map<String, String> facts, String file) {
            String host = facts.getOrDefault("host", "");
            String pid = facts.getOrDefault("pid", "");
            String both = String.join(
                    "/", Stream.of(host, pid).filter(each -> !each.isEmpty()).toList());
            return both.isEmpty() ? FILE.of(facts, file) : both;
        }
    },
    /** The host alone, so that its JVMs are one; the file where the snapshot does not say. */
    HOST {
        @Override
        String of(Map<String, String> facts, String file) {
            String host = facts.getOrDefault("host", "");
            return host.isEmpty() ? FILE.of(facts, file) : host;
        }
    },
    /** Main class or jar; the file where the snapshot does not say. */
    PROGRAM {
        @Override
        String of(Map<String, String> facts, String file) {
            String program = facts.getOrDefault("program", "");
            return program.isEmpty() ? FILE.of(facts, file) : program;
        }
    },
    /** The file's name as it was given, without the suffix of snapshots. */
    FILE {
        @Override
        String of(Map<String, String> facts, String file) {
            return file.endsWith(SUFFIX) ? file.substring(0, file.length() - SUFFIX.length()) : file;
        }
    },
    /** Nothing: equal records are one wherever they come from. */
    NONE {
        @Override
        String of(Map<String, String> facts, String file) {
            return "";
        }
    };

    private static final String SUFFIX = ".pb.gz";

    /**
     * The origin of a snapshot.
     *
     * @param facts its attributes
     * @param file its file, as it was given
     */
    abstract String of(Map<String, String> facts, String file);

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The words after {@code --host}. */
    static final class Names extends ArrayList<String> {

        private static final long serialVersionUID = 1L;

        Names() {
            super(Arrays.stream(values()).map(Origin::label).toList());
        }
    }

    /** Reads them. */
    static final class Converter implements ITypeConverter<Origin> {

        @Override
        public Origin convert(String value) {
            List<Origin> named = Arrays.stream(values())
                    .filter(each -> each.label().equals(value))
                    .toList();
            if (named.isEmpty()) {
                throw new TypeConversionException(
                        "must be one of " + String.join(", ", new Names()) + ", got '" + value + "'");
            }
            return named.get(0);
        }
    }
}
