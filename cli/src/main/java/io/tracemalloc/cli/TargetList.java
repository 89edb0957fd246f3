package io.tracemalloc.cli;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The targets of a collector: those it was given, those in a file, and every address of some DNS names. File and names are
 * looked up anew each time; where that fails, the last answer stands.
 */
final class TargetList implements TargetSource {

    private static final Pattern DNS = Pattern.compile("(https?://)?([A-Za-z0-9._-]+):([0-9]{1,5})");
    private static final long LARGEST_FILE = 16 << 20;

    /** Finds the addresses of a name. */
    @FunctionalInterface
    interface Resolver {

        List<InetAddress> addresses(String name) throws UnknownHostException;
    }

    private final List<String> given;
    private final @Nullable Path file;
    private final List<String> names;
    private final Resolver resolver;
    private final Outages outages;
    private final Map<String, List<String>> lastAnswers = new HashMap<>();

    /**
     * @param names what to resolve, {@code [http(s)://]NAME:PORT}; checked by {@link #requireName}
     */
    TargetList(List<String> given, @Nullable Path file, List<String> names, Resolver resolver, Outages outages) {
        this.given = List.copyOf(given);
        this.file = file;
        this.names = List.copyOf(names);
        this.resolver = resolver;
        this.outages = outages;
    }

    /** What the JDK knows. */
    static List<InetAddress> resolve(String name) throws UnknownHostException {
        return Arrays.asList(InetAddress.getAllByName(name));
    }

    /** Fails unless this can be resolved. */
    static void requireName(String name) {
        Matcher matcher = DNS.matcher(name);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > 65_535) {
            throw CommandFailure.usage("--dns must be NAME:PORT, got " + name);
        }
    }

    /** The targets in a file: one per line; blank lines and what follows a # at the beginning or a blank are nothing. */
    static List<String> read(Path file) throws IOException {
        if (Files.size(file) > LARGEST_FILE) {
            throw new IOException("too large for a list of targets");
        }
        List<String> targets = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                String target = line.replaceFirst("(^|\\s)#.*", "").strip();
                if (!target.isEmpty()) {
                    targets.add(target);
                }
            }
        } catch (CharacterCodingException binary) {
            throw new IOException("not a text file", binary);
        }
        return targets;
    }

    @Override
    public Collection<String> targets() {
        Set<String> targets = new LinkedHashSet<>(given);
        if (file != null) {
            targets.addAll(inFile(file));
        }
        names.forEach(name -> targets.addAll(addresses(name)));
        return targets;
    }

    private List<String> inFile(Path list) {
        String key = list.toString();
        try {
            lastAnswers.put(key, read(list));
            outages.worked(key);
        } catch (IOException e) {
            outages.failed(key, Messages.of(e), "the targets read before stay");
        }
        return lastAnswers.getOrDefault(key, List.of());
    }

    private List<String> addresses(String name) {
        Matcher matcher = DNS.matcher(name);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(name);
        }
        String scheme = matcher.group(1) == null ? "" : matcher.group(1);
        try {
            List<String> found = new ArrayList<>();
            for (InetAddress address : resolver.addresses(matcher.group(2))) {
                found.add(scheme + text(address) + ':' + matcher.group(3));
            }
            found.sort(String::compareTo);
            lastAnswers.put(name, found);
            outages.worked(name);
        } catch (UnknownHostException e) {
            outages.failed(name, "no such host name", "its last addresses stay");
        }
        return lastAnswers.getOrDefault(name, List.of());
    }

    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        return address instanceof Inet6Address ? '[' + text.replaceFirst("%.*", "") + ']' : text;
    }
}
