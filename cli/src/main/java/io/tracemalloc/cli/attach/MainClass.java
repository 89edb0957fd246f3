package io.tracemalloc.cli.attach;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds what a {@code java} command line runs. */
final class MainClass {

    private static final Set<String> WITH_VALUE = Set.of(
            "-cp",
            "-classpath",
            "--class-path",
            "-p",
            "--module-path",
            "--add-modules",
            "--add-opens",
            "--add-exports",
            "--add-reads",
            "--patch-module",
            "--upgrade-module-path",
            "--limit-modules",
            "--enable-native-access");

    private static final Set<String> BEFORE_PROGRAM = Set.of("-jar", "-m", "--module");

    private MainClass() {}

    /** Main class, jar or module; the arguments begin with the executable. */
    static Optional<String> of(List<String> arguments) {
        for (int i = 1; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (WITH_VALUE.contains(argument)) {
                i++;
            } else if (!argument.startsWith("-") && !argument.startsWith("@") && !argument.isEmpty()) {
                return Optional.of(argument);
            } else if (BEFORE_PROGRAM.contains(argument) && i + 1 < arguments.size()) {
                return Optional.of(arguments.get(i + 1));
            }
        }
        return Optional.empty();
    }
}
