package io.tracemalloc.cli.attach;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Finds files as a process with another root directory does.
 *
 * <p>The kernel follows an absolute link below {@code /proc/PID/root} from the root of whoever asks. A container could so
 * lead this process, which may be root, to files of the host.
 */
final class ForeignRoot {

    /** As many as Linux follows. */
    private static final int MAX_LINKS = 40;

    private static final Path NOTHING = Path.of("");

    private ForeignRoot() {}

    /**
     * The file, named without links below that root.
     *
     * @param root the root directory, seen from here
     * @param path absolute, as the process names it
     * @throws IOException if links lead in a circle or cannot be read
     */
    static Path resolve(Path root, Path path) throws IOException {
        Deque<Path> ahead = new ArrayDeque<>();
        prepend(ahead, path);
        Path found = NOTHING;
        int links = 0;
        while (!ahead.isEmpty()) {
            Path next = step(found, ahead.pop());
            Path here = root.resolve(next);
            if (!Files.isSymbolicLink(here)) {
                found = next;
                continue;
            }
            if (++links > MAX_LINKS) {
                throw new FileSystemLoopException(path.toString());
            }
            Path target = Files.readSymbolicLink(here);
            prepend(ahead, target);
            found = target.isAbsolute() ? NOTHING : found;
        }
        return root.resolve(found);
    }

    private static void prepend(Deque<Path> ahead, Path path) {
        for (int i = path.getNameCount() - 1; i >= 0; i--) {
            ahead.push(path.getName(i));
        }
    }

    /** What is above the root is the root. */
    private static Path step(Path from, Path name) {
        return switch (name.toString()) {
            case "", "." -> from;
            case ".." -> from.getNameCount() > 1 ? from.subpath(0, from.getNameCount() - 1) : NOTHING;
            default -> from.resolve(name);
        };
    }
}
