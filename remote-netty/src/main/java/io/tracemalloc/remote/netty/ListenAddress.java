package io.tracemalloc.remote.netty;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a server is to listen: {@code [host:]port} or {@code unix:/path}.
 *
 * @param host as it was written, without brackets; empty for the loopback interface, and for a Unix domain socket
 * @param port 0 for a free one
 * @param path the Unix domain socket
 */
record ListenAddress(String host, int port, Optional<Path> path) {

    private static final String UNIX = "unix:";

    /* What the kernel's address structure holds, less the end mark. */
    private static final int MAX_PATH_BYTES = 107;
    private static final int MAX_PORT = 65_535;

    /** Reads an address; {@link IllegalArgumentException} of one line if it makes no sense. */
    static ListenAddress parse(String text) {
        if (text.startsWith(UNIX)) {
            return new ListenAddress("", 0, Optional.of(path(text.substring(UNIX.length()), text)));
        }
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : host(text.substring(0, colon), text);
        return new ListenAddress(host, port(text.substring(colon + 1), text), Optional.empty());
    }

    private static String host(String host, String text) {
        if (host.startsWith("[") && host.endsWith("]") && host.length() > 2) {
            return host.substring(1, host.length() - 1);
        }
        if (host.isEmpty() || host.indexOf(':') >= 0 || !isPlain(host)) {
            throw refused(text);
        }
        return host;
    }

    private static boolean isPlain(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c <= ' ' || c > '~' || "/?#@[]\\".indexOf(c) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static int port(String digits, String text) {
        try {
            int port = digits.isEmpty() || digits.charAt(0) == '+' ? -1 : Integer.parseInt(digits);
            if (port >= 0 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException noNumber) {
            // The line below says what is wanted.
        }
        throw refused(text);
    }

    private static Path path(String name, String text) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        try {
            Path path = Path.of(name);
            if (bytes > 0 && path.getFileName() != null && bytes <= MAX_PATH_BYTES) {
                return path;
            }
        } catch (InvalidPathException noPath) {
            // The lines below say what is wanted.
        }
        throw bytes > MAX_PATH_BYTES
                ? new IllegalArgumentException(
                        "the path of a Unix domain socket must have at most " + MAX_PATH_BYTES + " bytes, got " + name)
                : refused(text);
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException(
                "listen must be [host:]port with a port in 0..65535, or unix:path, got " + text);
    }

    /** Looks the host up. */
    SocketAddress resolve() throws IOException {
        if (path.isPresent()) {
            return UnixDomainSocketAddress.of(path.get());
        }
        try {
            return new InetSocketAddress(
                    host.isEmpty() ? InetAddress.getLoopbackAddress() : InetAddress.getByName(host), port);
        } catch (UnknownHostException unknown) {
            throw new IOException("unknown host " + host, unknown);
        }
    }

    /** Whether only this machine can reach it. Looks the host up; an unknown one counts as reachable from afar. */
    boolean isLocal() {
        try {
            return resolve() instanceof InetSocketAddress address
                    ? address.getAddress().isLoopbackAddress()
                    : path.isPresent();
        } catch (IOException unknown) {
            return false;
        }
    }
}
