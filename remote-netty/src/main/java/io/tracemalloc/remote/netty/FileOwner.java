package io.tracemalloc.remote.netty;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells whose a file is, where files have owners. */
final class FileOwner {

    private static final String OWNER = "unix:uid";
    private static final int ROOT = 0;
    private static final Path STATUS = Path.of("/proc/self/status");

    /* The real user comes first, the effective one second. */
    private static final Pattern USERS = Pattern.compile("(?m)^Uid:\\s+[0-9]+\\s+([0-9]+)");

    private FileOwner() {}

    /**
     * Whether somebody other than this JVM's user and root owns the file; or the link to it, if it is one, which its
     * owner can turn to another file at any time.
     */
    static boolean isForeign(Path file) throws IOException {
        return isForeign(Files.getAttribute(file, OWNER, LinkOption.NOFOLLOW_LINKS))
                || isForeign(Files.getAttribute(file, OWNER));
    }

    private static boolean isForeign(Object owner) throws IOException {
        return !owner.equals(ROOT) && !owner.equals(user());
    }

    /** The number of this JVM's effective user, to whom the files belong that it makes. */
    static Object user() throws IOException {
        if (Files.isReadable(STATUS)) {
            Matcher users = USERS.matcher(Files.readString(STATUS, StandardCharsets.ISO_8859_1));
            if (users.find()) {
                return Integer.parseUnsignedInt(users.group(1));
            }
        }
        Path made = Files.createTempFile("tracemalloc-", ".user");
        try {
            return Files.getAttribute(made, OWNER);
        } finally {
            Files.delete(made);
        }
    }
}
