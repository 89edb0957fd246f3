package io.tracemalloc.remote.netty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The secret that clients present: at least 128 bits, in a file that only its owner can read.
 *
 * <p>Immutable; safe for any thread. It never prints itself.
 */
final class Token {

    private static final int RANDOM_BYTES = 24;

    /* As many characters of base64 as 128 bits take. */
    private static final int MIN_LENGTH = 22;
    private static final int MAX_LENGTH = 512;
    private static final Set<PosixFilePermission> FOREIGN =
            Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.GROUP_WRITE);

    private final byte[] digest;
    private final Path file;
    private final boolean ownDirectory;

    private Token(String text, Path file, boolean ownDirectory) {
        this.digest = digest(text);
        this.file = file;
        this.ownDirectory = ownDirectory;
    }

    /** The token of this file, made there if there is none yet; without a file, a new one in a new directory. */
    static Token in(Optional<Path> file) throws IOException {
        if (file.isEmpty()) {
            Path own = Files.createTempDirectory("tracemalloc-").resolve("token");
            return new Token(make(own, own), own, true);
        }
        Path path = file.get().toAbsolutePath();
        return new Token(Files.exists(path) ? existing(path) : shared(path), path, false);
    }

    /*
     * Several JVMs may start at once with the same file. The first makes it for all, and none may see it half written: it
     * is written under another name, and a link fails where there is a file already.
     */
    private static String shared(Path file) throws IOException {
        Path draft = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
        try {
            String text = make(draft, file);
            Files.createLink(file, draft);
            return text;
        } catch (FileAlreadyExistsException made) {
            return existing(file);
        } catch (UnsupportedOperationException | FileSystemException noLinks) {
            return make(file, file);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static String existing(Path file) throws IOException {
        if (Files.exists(file) && isPosix(file)) {
            requireSafe(file);
        }
        String text = read(file);
        if (text.length() < MIN_LENGTH) {
            throw new IOException("token-file: " + file + " must hold a token of " + MIN_LENGTH
                    + " or more printable characters (128 bits), got " + text.length());
        }
        return text;
    }

    /* Whoever could write the file, or put it there, would know the token. */
    private static void requireSafe(Path file) throws IOException {
        if (FileOwner.isForeign(file)) {
            throw new IOException("token-file: " + file + " belongs to another user");
        }
        if (Files.getPosixFilePermissions(file).stream().anyMatch(FOREIGN::contains)) {
            throw new IOException("token-file: " + file + " is open to others: chmod 600 " + file);
        }
    }

    /** The text of a token file, without line end. */
    static String read(Path file) throws IOException {
        String text = new String(Setting.bytes(file, "token-file", MAX_LENGTH), StandardCharsets.ISO_8859_1).strip();
        if (text.isEmpty() || !text.chars().allMatch(c -> c > ' ' && c <= '~')) {
            throw new IOException("token-file: " + file + " must hold one line of printable characters without blanks");
        }
        return text;
    }

    private static String make(Path file, Path named) throws IOException {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        try (FileChannel out = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly(file))) {
            ByteBuffer line = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.US_ASCII));
            while (line.hasRemaining()) {
                out.write(line);
            }
        } catch (FileAlreadyExistsException raced) {
            throw new IOException("token-file: " + named + " was made by somebody else meanwhile", raced);
        } catch (java.nio.file.NoSuchFileException missing) {
            throw new IOException("token-file: the directory of " + named + " does not exist", missing);
        }
        return text;
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        return isPosix(file)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE))
                }
                : new FileAttribute<?>[0];
    }

    /** Whether files there have owners and permissions. */
    static boolean isPosix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** Whether this is it; takes the same time for any text, and none for one that is too long to be a token. */
    boolean matches(String presented) {
        return presented.length() <= MAX_LENGTH && MessageDigest.isEqual(digest, digest(presented));
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }

    /** Where it can be read. */
    Path file() {
        return file;
    }

    /**
     * Deletes the file and its directory if {@link #in} chose them. A file that the user named stays: other JVMs may have
     * taken their token from it.
     */
    void forget() {
        if (!ownDirectory) {
            return;
        }
        try {
            Files.deleteIfExists(file);
            if (file.getParent() != null) {
                Files.deleteIfExists(file.getParent());
            }
        } catch (IOException stays) {
            // It opens nothing any more.
        }
    }

    @Override
    public String toString() {
        return "token in " + file;
    }
}
