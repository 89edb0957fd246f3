package known;

import java.util.List;
import java.util.stream.Collectors;

/** Makes the JDK use constructor references of its own that it has linked before any agent is loaded. */
public final class LinkedBefore {

    private static final int N = 10_000;

    static int found;

    private LinkedBefore() {}

    public static void main(String[] args) {
        List<String> list = List.of("a", "b");
        for (int i = 0; i < N; i++) {
            found += list.stream().findFirst().isPresent() ? 1 : 0;
            found += list.parallelStream().findAny().isPresent() ? 1 : 0;
            found += list.stream().collect(Collectors.toSet()).size();
        }
        if (found != 4 * N) {
            throw new AssertionError(found);
        }
    }
}
