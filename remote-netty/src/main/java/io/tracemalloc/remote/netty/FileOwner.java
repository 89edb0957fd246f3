package io.tracemalloc.remote.netty;

import io.tracemalloc.internal.ProcessUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Tells whose a file is, where files have owners. */
final class FileOwner {

    private FileOwner() {}

    /**
     * Whether somebody other than this JVM's user and root owns the file; or the link to it, if it is one, which its
     * owner can turn to another file at any time.
     */
    static boolean isForeign(Path file) throws IOException {
        return !ProcessUser.isOwnOrRoot(Files.getAttribute(file, ProcessUser.OWNER, LinkOption.NOFOLLOW_LINKS))
                || !ProcessUser.isOwnOrRoot(Files.getAttribute(file, ProcessUser.OWNER));
    }
}
