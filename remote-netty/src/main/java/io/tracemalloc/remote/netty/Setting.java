package io.tracemalloc.remote.netty;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads settings given by name. Every failure is one line that names the setting. */
final class Setting {

    private Setting() {}

    static void requireKnown(Map<String, String> settings, Set<String> known) {
        for (String name : settings.keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("the remote channel has no setting " + name);
            }
        }
    }

    static Optional<Path> file(Map<String, String> settings, String name) {
        String text = settings.get(name);
        if (text == null) {
            return Optional.empty();
        }
        try {
            Path path = Path.of(text);
            if (!text.isEmpty() && path.getFileName() != null) {
                return Optional.of(path);
            }
        } catch (InvalidPathException noPath) {
            // The line below says what is wanted.
        }
        throw new IllegalArgumentException(name + " must be a file, got " + (text.isEmpty() ? "nothing" : text));
    }

    static boolean flag(Map<String, String> settings, String name) {
        String text = settings.getOrDefault(name, "false");
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(name + " must be true or false, got " + text);
        }
        return text.equals("true");
    }

    /** The whole of a small file. */
    static byte[] bytes(Path file, String name, int limit) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw new IOException(name + ": " + file + " has more than " + limit + " bytes");
            }
            return bytes;
        } catch (java.nio.file.NoSuchFileException missing) {
            throw new IOException(name + ": " + file + " does not exist", missing);
        } catch (java.nio.file.AccessDeniedException denied) {
            throw new IOException(name + ": " + file + " may not be read", denied);
        }
    }
}
