package io.tracemalloc;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Source lines from directories that hold source trees, as {@code javac --source-path} takes them.
 *
 * <p>Files are read once and kept. Not safe for several threads at once.
 */
public final class SourcePath implements SourceLines {

    private final List<Path> roots;
    private final Map<String, List<String>> files = new HashMap<>();

    /** Looks into these directories, in this order. */
    public SourcePath(List<Path> roots) {
        this.roots = List.copyOf(roots);
    }

    /** {@inheritDoc} Empty as well if the file cannot be read, is shorter, or has a name that no file here can have. */
    @Override
    public Optional<String> line(Frame frame) {
        Objects.requireNonNull(frame, "frame");
        List<String> lines = files.computeIfAbsent(frame.fileName(), this::read);
        int index = frame.lineNumber() - 1;
        return index < 0 || index >= lines.size() ? Optional.empty() : Optional.of(lines.get(index));
    }

    private List<String> read(String fileName) {
        for (Path root : roots) {
            // Absolute: of the current directory nothing would be left, and below an empty path there is nothing.
            Path base = root.toAbsolutePath().normalize();
            try {
                Path file = base.resolve(fileName).normalize();
                if (file.startsWith(base) && Files.isRegularFile(file)) {
                    return readLines(file);
                }
            } catch (IOException | InvalidPathException unreadable) {
                return List.of();
            }
        }
        return List.of();
    }

    private static List<String> readLines(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (MalformedInputException notUtf8) {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        }
    }
}
