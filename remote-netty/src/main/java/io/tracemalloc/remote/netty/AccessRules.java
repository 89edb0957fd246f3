package io.tracemalloc.remote.netty;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who may address the server by which name, and from which page: keeps web pages from reaching it through the user's
 * browser, by a name that resolves to it (DNS rebinding) or with the browser's stored password.
 *
 * <p>Immutable; safe for any thread.
 */
final class AccessRules {

    private final Set<String> names = new HashSet<>();
    private final String scheme;

    AccessRules(ListenAddress address, ServerSettings settings) {
        names.add("localhost");
        settings.allowedHosts().forEach(host -> names.add(canonical(host)));
        if (!address.host().isEmpty()) {
            names.add(canonical(address.host().toLowerCase(Locale.ROOT)));
        }
        this.scheme = settings.tls() ? "https://" : "http://";
    }

    /** Why the request is refused, for the client to read; empty if it is not. */
    Optional<String> refusal(HttpHeaders headers, SocketAddress local) {
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.size() != 1) {
            return Optional.of("a request needs one Host header");
        }
        if (!isOwn(hosts.get(0), local)) {
            return Optional.of("this Host is not served; allow-host=NAME adds one");
        }
        return isForeignPage(headers, hosts.get(0))
                ? Optional.of("requests from pages of another Origin are refused")
                : Optional.empty();
    }

    private boolean isOwn(String authority, SocketAddress local) {
        Optional<String> host = host(authority);
        return host.isPresent() && (names.contains(host.get()) || host.get().equals(numeric(local)));
    }

    /* Host without port and brackets, in lower case; empty if it is not well-formed. */
    private static Optional<String> host(String authority) {
        String text = authority.strip().toLowerCase(Locale.ROOT);
        int end = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
        String host = end <= 0 ? text : text.substring(0, end);
        String port = end <= 0 ? "" : text.substring(end);
        if (!port.isEmpty() && !port.matches(":[0-9]{1,5}")) {
            return Optional.empty();
        }
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return Optional.of(canonical(bracketed ? host.substring(1, host.length() - 1) : host));
    }

    /* One spelling for each address of IPv6: clients shorten them, Java writes them out. */
    private static String canonical(String host) {
        byte[] address = host.indexOf(':') < 0 ? null : NetUtil.createByteArrayFromIpAddressString(host);
        return address == null ? host : NetUtil.bytesToIpAddress(address);
    }

    /* The address at which this connection arrived: a number cannot be rebound to another machine. */
    private static String numeric(SocketAddress local) {
        if (local instanceof InetSocketAddress address && address.getAddress() != null) {
            return NetUtil.bytesToIpAddress(address.getAddress().getAddress());
        }
        return "";
    }

    private boolean isForeignPage(HttpHeaders headers, String host) {
        String site = headers.get("sec-fetch-site", "none");
        if (!site.equals("none") && !site.equals("same-origin")) {
            return true;
        }
        List<String> origins = headers.getAll(HttpHeaderNames.ORIGIN);
        return !origins.isEmpty() && (origins.size() > 1 || !origins.get(0).equalsIgnoreCase(scheme + host));
    }
}
