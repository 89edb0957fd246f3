package io.tracemalloc.remote.netty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a client connects to: {@code host:port}, {@code http://…}, {@code https://…} or {@code unix:/path}. An address
 * of a snapshot, as it is given to pprof, stands for its server.
 *
 * @param text as the user wrote it
 * @param tls whether to speak TLS
 * @param host without brackets; empty for a Unix domain socket
 * @param path the Unix domain socket
 */
record TargetAddress(String text, boolean tls, String host, int port, Optional<Path> path) {

    private static final Pattern FORM = Pattern.compile(
            "(?:(https?)://)?(?:[^/@]*@)?(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?(?:/(?:debug/pprof/(?:heap|allocs))?)?");
    private static final String UNIX = "unix:";
    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final int MAX_PORT = 65_535;

    /** Reads an address; {@link IllegalArgumentException} of one line if it makes no sense. */
    static TargetAddress parse(String text) {
        if (text.startsWith(UNIX)) {
            return new TargetAddress(text, false, "", 0, Optional.of(path(text)));
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches() || (form.group(1) == null && form.group(3) == null)) {
            throw new IllegalArgumentException(Refusals.harmless(text)
                    + ": a remote target must be host:port, http://host:port, https://host:port or unix:/path");
        }
        if (text.indexOf('@') >= 0) {
            throw new IllegalArgumentException(
                    form.group(2) + ": give the token in a file that --token-file names, not in the address");
        }
        boolean tls = "https".equals(form.group(1));
        String host = form.group(2);
        int port = form.group(3) == null ? tls ? HTTPS : HTTP : Integer.parseInt(form.group(3));
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException(text + ": the port must be in 1..65535");
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new TargetAddress(text, tls, bare, port, Optional.empty());
    }

    private static Path path(String text) {
        try {
            Path path = Path.of(text.substring(UNIX.length()));
            if (text.length() > UNIX.length() && path.getFileName() != null) {
                return path;
            }
        } catch (InvalidPathException noPath) {
            // The line below says what is wanted.
        }
        throw new IllegalArgumentException(Refusals.harmless(text) + ": a Unix domain socket must be unix:/path");
    }

    SocketAddress resolve() throws UnknownHostException {
        return path.isPresent()
                ? UnixDomainSocketAddress.of(path.get())
                : new InetSocketAddress(InetAddress.getByName(host), port);
    }

    /** Value of the header Host. */
    String authority() {
        if (path.isPresent()) {
            return "localhost";
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
