package io.tracemalloc.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who this JVM is to the file system, where files have owners. Safe for any thread. */
public final class ProcessUser {

    /** The attribute of a file that is its owner's number. */
    public static final String OWNER = "unix:uid";

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String USERS = "\nUid:\t";
    private static final int ROOT = 0;

    private ProcessUser() {}

    /**
     * Whether this JVM's user or root has that number, so that nobody else decides what is in the file.
     *
     * @param owner the {@link #OWNER} of a file
     * @throws IOException if the user cannot be told
     */
    public static boolean isOwnOrRoot(Object owner) throws IOException {
        return owner.equals(ROOT) || owner.equals(uid());
    }

    /**
     * The number of the effective user, to whom the files belong that this JVM makes. Not the owner of {@code /proc/self},
     * which is root for a JVM with capabilities of its own.
     *
     * @throws IOException if it cannot be told
     */
    public static Object uid() throws IOException {
        if (Files.isReadable(STATUS)) {
            String status = Files.readString(STATUS, StandardCharsets.ISO_8859_1);
            int line = status.indexOf(USERS);
            if (line >= 0) {
                // The real user comes first, the effective one second.
                return Integer.parseUnsignedInt(
                        status.substring(line + USERS.length()).split("\t", 3)[1]);
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
