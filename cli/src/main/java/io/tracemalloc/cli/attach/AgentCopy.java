package io.tracemalloc.cli.attach;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;

/**
 * Puts the agent where another process can read it: in that process's {@code /tmp}, under a name that tells its content.
 *
 * <p>The copy stays, since the JVM reads its classes from it for as long as it runs, and the next one finds it there.
 */
final class AgentCopy {

    private static final int HASH_DIGITS = 16;

    private AgentCopy() {}

    /** The path of the agent as the process knows it. */
    static String pathFor(JavaProcess process, Path jar) throws IOException {
        if (process.sharesFiles() && JavaProcess.self().user() == process.user()) {
            return jar.toString();
        }
        String hash = hash(jar);
        String name = "tracemalloc-" + hash.substring(0, HASH_DIGITS) + ".jar";
        try {
            Path directory = process.temporaryDirectory();
            if (isOurs(process, directory.resolve(name), hash)) {
                return "/tmp/" + name;
            }
            // Somebody's file of that name, with other content, cannot be replaced: /tmp is sticky.
            boolean taken = Files.exists(directory.resolve(name), LinkOption.NOFOLLOW_LINKS);
            String free = taken ? "tracemalloc-" + UUID.randomUUID() + ".jar" : name;
            copy(process, jar, directory, free);
            return "/tmp/" + free;
        } catch (IOException failure) {
            throw process.failure(failure, "copy the agent to its /tmp");
        }
    }

    /** Of the process's user, or of root: whoever else owned it could change it after it was looked at. */
    private static boolean isOurs(JavaProcess process, Path file, String hash) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        Object owner = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        boolean trusted = owner.equals(process.user()) || owner.equals(0);
        return trusted && Files.isReadable(file) && hash(file).equals(hash);
    }

    private static void copy(JavaProcess process, Path jar, Path directory, String name) throws IOException {
        Path part = directory.resolve("." + name + "." + UUID.randomUUID());
        try {
            Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (OutputStream out = Files.newOutputStream(part, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
                Files.copy(jar, out);
            }
            SharedFile.giveTo(process, part);
            Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("r--------"));
            Files.move(part, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static String hash(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(
                        file, Set.of(LinkOption.NOFOLLOW_LINKS).toArray(LinkOption[]::new));
                DigestInputStream digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digest.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
