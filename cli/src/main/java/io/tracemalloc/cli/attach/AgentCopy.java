package io.tracemalloc.cli.attach;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;

/**
 * Puts the agent where another process can read it: in that process's {@code /tmp}, under a name that tells its content and
 * for which user it is.
 *
 * <p>The copy stays, since the JVM reads its classes from it for as long as it runs, and the next one finds it there.
 */
final class AgentCopy {

    private static final int HASH_DIGITS = 16;

    private static final Set<PosixFilePermission> OTHERS_WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private AgentCopy() {}

    /** The path of the agent as the process knows it. */
    static String pathFor(JavaProcess process, Path jar) throws IOException {
        if (process.sharesFiles() && JavaProcess.self().user() == process.user()) {
            return jar.toString();
        }
        String hash = hash(jar);
        String name = "tracemalloc-" + hash.substring(0, HASH_DIGITS) + '-' + Integer.toUnsignedString(process.user())
                + ".jar";
        try {
            Path directory = process.temporaryDirectory();
            Path file = directory.resolve(name);
            return "/tmp/" + (isOurs(process, file, hash) ? name : copy(process, jar, file));
        } catch (IOException failure) {
            throw process.failure(failure, "copy the agent to its /tmp");
        }
    }

    /** What anybody but the process's user could have written may be another file after it was looked at. */
    private static boolean isOurs(JavaProcess process, Path file, String hash) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        Object owner = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
        return owner.equals(process.user())
                && permissions.contains(PosixFilePermission.OWNER_READ)
                && Collections.disjoint(permissions, OTHERS_WRITE)
                && hash(file).equals(hash);
    }

    /** Copies the agent there, over whatever is there; the name that it got. */
    private static String copy(JavaProcess process, Path jar, Path file) throws IOException {
        Path part = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
        try {
            Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (OutputStream out = Files.newOutputStream(part, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
                Files.copy(jar, out);
            }
            // Before it is given away: the new owner may put a link in its place.
            Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("r--------"));
            SharedFile.giveTo(process, part);
            return move(part, file);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static String move(Path part, Path file) throws IOException {
        Path target = file;
        try {
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException taken) {
            // Somebody else's, which root alone can replace, for /tmp is sticky; or a directory.
            target = file.resolveSibling("tracemalloc-" + UUID.randomUUID() + ".jar");
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        }
        return target.getFileName().toString();
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
